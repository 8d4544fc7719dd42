import { NewFlag } from '../../views/flag-edit.tsx'
import { addressOf } from '../../views/flag-layout.tsx'
import { FlagVariants } from '../../views/flag-variants.tsx'
import { type FlagRecord, FlagType } from '../domain/flag.ts'
import type { Fields } from '../domain/form.ts'
import { rearranged, textIn } from '../domain/form-list.ts'
import {
  blankVariant,
  draftOfVariant,
  firstVariants,
  type VariantDraft,
  variantInputs,
  variantsIn,
  withRenamed,
} from '../domain/variant-draft.ts'
import type { House } from '../web/house.ts'
import { commandIn, focusOf, readableForm } from './draft-forms.ts'
import { flagOf } from './flag-named.ts'
import { form, goTo, type Page } from './page.ts'

/** A new flag, and the variants of one that there is. */
export const flagDrafts = (house: House): Page[] => [
  ...form('/feature-flags/new', {
    demand: 'write:feature_flags',
    show: ({ fields }) => <NewFlag draft={newFlagIn(fields)} />,
    submit: async ask => {
      const { fields } = ask
      const draft = newFlagIn(fields)
      const command = commandIn(fields) ?? (textIn(fields, '_shown') === draft.type ? undefined : 'show')
      if (command !== undefined) {
        const variants = rearranged(draft.variants, command, () => blankVariant(draft.type, draft.variants))
        return <NewFlag draft={{ ...draft, variants }} focus={focusOf(command, 'variants', variants)} hasChanged />
      }
      const { name, slug, description, type, enabled, variants } = draft
      const chosen = variants.find(({ key }) => key === draft.chosen) ?? variants[0]
      const input = {
        ...{ name, type, enabled },
        ...(slug !== '' && { slug }),
        ...(description.trim() !== '' && { description }),
        variants: variantInputs(variants, type),
        ...(chosen && { defaultVariant: { type: 'basic' as const, value: chosen.name } }),
      }
      const { value } = await house.submit('featureFlags.create', ask.principal, input, ask.asked)
      return goTo(addressOf(value), `${name} was created.`)
    },
  }),
  ...readableForm('/feature-flags/{flag}/variants', {
    show: ask => {
      const flag = flagOf(house, ask)
      return <FlagVariants flag={flag} variants={variantDrafts(flag, ask.fields)} />
    },
    submit: async ask => {
      const flag = flagOf(house, ask)
      const drafts = variantDrafts(flag, ask.fields)
      const command = commandIn(ask.fields)
      if (command !== undefined) {
        const variants = rearranged(drafts, command, () => blankVariant(flag.type, drafts))
        return <FlagVariants {...{ flag, variants }} focus={focusOf(command, 'variants', variants)} hasChanged />
      }
      const input = { variants: variantInputs(drafts, flag.type), ...withRenamed(flag, drafts) }
      await house.submit('featureFlags.update', ask.principal, input, ask.asked)
      return goTo(`${addressOf(flag)}/variants`, `The variants of ${flag.name} were saved.`)
    },
  }),
]

function newFlagIn(fields: Fields) {
  const text = (name: string) => textIn(fields, name) ?? ''
  const read = FlagType.safeParse(text('type'))
  const type = read.success ? read.data : 'boolean'
  const shown = textIn(fields, '_shown')
  const variants = shown === undefined ? firstVariants(type) : retyped(variantsIn(fields), shown, type)
  return {
    name: text('name'),
    slug: text('slug'),
    description: text('description'),
    type,
    enabled: text('enabled') === 'true',
    variants,
    // What nobody has chosen yet is the safe one: off.
    chosen: textIn(fields, '_default') ?? variants.at(-1)?.key ?? '',
  }
}

/** Names stay while the type is chosen; values of another type do not. */
function retyped(variants: VariantDraft[], shown: string, type: FlagType): VariantDraft[] {
  if (shown === type) return variants
  if (shown === 'boolean' || type === 'boolean') return firstVariants(type)
  return variants.map(variant => ({ ...variant, value: blankVariant(type).value }))
}

/** As they were typed; as they are stored where nothing was. */
const variantDrafts = (flag: FlagRecord, fields: Fields): VariantDraft[] =>
  fields.size > 0 ? variantsIn(fields) : flag.variants.map(draftOfVariant)
