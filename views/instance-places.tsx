import { SelectField } from './choices.tsx'
import { type FieldProps, TextField } from './fields.tsx'

/** Something that an instance can belong to. */
export interface Place {
  slug: string
  name: string
}

/** The first of them by name. */
export interface Places {
  items: readonly Place[]
  hasMore: boolean
}

export interface InstancePlaces {
  customers: Places
  licenses: Places
  zones: Places
}

type PlaceProps = FieldProps & { places: Places; value?: string | undefined; none?: string | undefined }

/** A choice of what is there; where that is more than anybody reads through, its slug. */
export const PlaceField = ({ places, value, none, hint, ...props }: PlaceProps) =>
  places.hasMore ? (
    <TextField {...props} value={value} longest={100} isCode hint={hint ?? 'Its slug, as its page shows it.'} />
  ) : (
    <SelectField
      {...props}
      hint={hint}
      value={value}
      choices={places.items.map(({ slug, name }) => ({ value: slug, label: name }))}
      {...(none !== undefined && { none })}
    />
  )

/** The same in the bar over a list, named like the member of the list's query. */
export const PlaceFilter = ({
  name,
  label,
  places,
  value,
}: {
  name: string
  label: string
  places: Places
  value: string | undefined
}) => (
  <select class="form-select" name={name} aria-label={label}>
    <option value="">{label}: all</option>
    {value !== undefined && !places.items.some(({ slug }) => slug === value) && (
      <option value={value} selected>
        {value}
      </option>
    )}
    {places.items.map(({ slug, name: shown }) => (
      <option value={slug} selected={slug === value}>
        {shown}
      </option>
    ))}
    {places.hasMore && <option disabled>There are more: search by name instead</option>}
  </select>
)
