import type { JSX as Preact } from 'preact'

/**
 * HTML out of JSX. Elements and components are noted down as they are met and written when the page is, from the first to
 * the last: what a component does is done before what stands behind it. All text is escaped, in elements and in attributes.
 *
 * Pages are made on the thread that answers for flags. A library that can also live on in the browser holds it longer, and
 * leaves three times the garbage: see "What it is built with" in the README.
 */

/** An element, or a component with what it is given. */
export class View {
  readonly type: string | Component
  readonly props: Props
  constructor(type: string | Component, props: Props) {
    this.type = type
    this.props = props
  }
}

type Props = Record<string, unknown> & { children?: Content }
// Components are called with the props that the compiler has checked.
// biome-ignore lint/suspicious/noExplicitAny: see above
type Component = (props: any) => Content

/** What may stand in an element. What is nothing, true or false is not shown. */
export type Content = View | AsIs | Within | string | number | boolean | null | undefined | readonly Content[]

class AsIs {
  readonly html: string
  constructor(html: string) {
    this.html = html
  }
}

/** HTML that is not escaped: of drawings and the like, which the program brings with it, and of nothing that was typed. */
export const asIs = (html: string): AsIs => new AsIs(html)

/** A value that is given to everything within an element, however deep. */
export class Context<T> {
  /** What it is where the page is written at present. */
  current: T
  constructor(value: T) {
    this.current = value
  }
  readonly Provider = ({ value, children }: { value: T; children: Content }): Content =>
    new Within(() => {
      const before = this.current
      this.current = value
      try {
        return htmlOf(children)
      } finally {
        this.current = before
      }
    })
}

class Within {
  readonly write: () => string
  constructor(write: () => string) {
    this.write = write
  }
}

// ---- what JSX is compiled to

export const jsx = (type: string | Component, props: Props): View => new View(type, props)
export { jsx as jsxDEV, jsx as jsxs }
export const Fragment = ({ children }: { children?: Content }): Content => children

// ---- writing

/** Has neither content nor an end. https://html.spec.whatwg.org/#void-elements */
const isVoid = new Set('area base br col embed hr img input link meta source track wbr'.split(' '))

export function htmlOf(content: Content): string {
  if (typeof content === 'string') return escaped(content)
  if (content instanceof View) {
    const { type, props } = content
    return typeof type === 'string' ? elementOf(type, props) : htmlOf(type(props))
  }
  if (Array.isArray(content)) {
    let html = ''
    for (const each of content) html += htmlOf(each)
    return html
  }
  if (typeof content === 'number') return String(content)
  if (content instanceof AsIs) return content.html
  if (content instanceof Within) return content.write()
  return ''
}

function elementOf(tag: string, props: Props): string {
  let html = `<${tag}`
  for (const name in props) if (name !== 'children') html += attribute(name, props[name])
  return isVoid.has(tag) ? `${html}>` : `${html}>${htmlOf(props.children)}</${tag}>`
}

function attribute(name: string, value: unknown): string {
  if (typeof value === 'string') return value === '' ? ` ${name}` : ` ${name}="${escaped(value)}"`
  if (typeof value === 'number') return ` ${name}="${value}"`
  if (typeof value !== 'boolean') return ''
  if (isSpelledOut(name)) return ` ${name}="${value}"`
  return value ? ` ${name}` : ''
}

/** Where false is said by the word, and not by leaving the attribute out. */
const isSpelledOut = (name: string): boolean =>
  name.startsWith('aria-') || name.startsWith('data-') || name === 'spellcheck' || name === 'draggable'

const special = /[&<"]/

const escaped = (text: string): string =>
  special.test(text) ? text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;') : text

// ---- what the compiler knows of it

/** As HTML writes them; no code, no styles: the pages' content security policy would stop them. */
type Attributes<Element, Not> = {
  [Name in keyof Element as Name extends NotHtml | Not | `on${string}` ? never : Name]: Element[Name]
} & { children?: Content }
type NotHtml = 'children' | 'className' | 'dangerouslySetInnerHTML' | 'htmlFor' | 'key' | 'ref' | 'style'

/** What is written in a text area, and which option is chosen, is in their content. */
type Chosen<Tag> = Tag extends 'select' | 'textarea' ? 'value' | 'defaultValue' : 'defaultValue'

export declare namespace JSX {
  type Element = View
  type ElementType = keyof IntrinsicElements | Component
  type IntrinsicElements = {
    [Tag in keyof Preact.IntrinsicElements]: Attributes<Preact.IntrinsicElements[Tag], Chosen<Tag>>
  }
  interface ElementChildrenAttribute {
    children: Content
  }
}
