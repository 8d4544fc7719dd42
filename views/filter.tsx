import type { Choice } from './choices.tsx'

interface FilterProps {
  /** As the list's query calls it. */
  name: string
  label: string
  /** The words for not filtering: "All types" */
  all: string
  choices: readonly Choice[]
  value?: string | undefined
}

/** One question in the filter bar of a list. */
export const Filter = ({ name, label, all, choices, value }: FilterProps) => (
  <select class="form-select" name={name} aria-label={label}>
    <option value="">{all}</option>
    {choices.map(({ value: each, label: words }) => (
      <option key={each} value={each} selected={each === value}>
        {words}
      </option>
    ))}
  </select>
)
