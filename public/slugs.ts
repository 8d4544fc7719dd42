import { slugFrom } from '../src/domain/slug.ts'

/** What was filled in here and not typed by anybody. */
const filled = new WeakMap<HTMLInputElement, string>()

/** A slug follows the name that it is made from, until somebody types one. */
document.addEventListener('input', event => {
  const name = event.target
  if (!(name instanceof HTMLInputElement) || !name.form) return
  const slug = name.form.querySelector<HTMLInputElement>(`[data-slug-from="${CSS.escape(name.name)}"]`)
  if (!slug || slug.value !== (filled.get(slug) ?? '')) return
  const derived = name.value.trim() === '' ? '' : slugFrom(name.value, slug.dataset.slugKind ?? '')
  slug.value = derived
  filled.set(slug, derived)
})
