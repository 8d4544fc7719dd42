import { type Choice, Options } from './choices.tsx'

interface FilterProps {
  /** The parameter in the address. */
  name: string
  label: string
  value: string | undefined
}

/** Of a list's filter bar: one of several, or all of them. */
export const FilterSelect = ({
  name,
  label,
  value = '',
  all = `${label}: any`,
  choices,
}: FilterProps & { all?: string; choices: readonly (string | Choice)[] }) => (
  <select class="form-select" name={name} aria-label={label}>
    <option value="">{all}</option>
    <Options
      choices={choices.map(each => (typeof each === 'string' ? { value: each, label: each } : each))}
      chosen={value}
    />
  </select>
)

/** A moment in UTC. */
export const FilterMoment = ({ name, label, value }: FilterProps) => (
  <label class="input-group filter-moment">
    <span class="input-group-text">{label}</span>
    <input class="form-control" type="datetime-local" name={name} value={value} step="any" max="9999-12-31T23:59" />
  </label>
)
