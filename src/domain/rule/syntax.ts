/** The syntax tree we compile: what was written, with places as offsets into the source, free of the parser's own types. */
import type { Value } from './values.ts'

export type Comparison = '==' | '!=' | '<' | '<=' | '>' | '>='
export type BinaryOperator = Comparison | 'in' | '+' | '-' | '*' | '/' | '%'

export type Node = { readonly start: number; readonly end: number } & (
  | { readonly kind: 'literal'; readonly value: Value }
  /** `absolute` is written with a dot before it, and skips the variables of comprehensions. */
  | { readonly kind: 'identifier'; readonly name: string; readonly absolute: boolean }
  | { readonly kind: 'select'; readonly operand: Node; readonly field: string }
  | { readonly kind: 'index'; readonly operand: Node; readonly index: Node }
  | {
      readonly kind: 'call'
      readonly name: string
      readonly target: Node | undefined
      readonly arguments: readonly Node[]
    }
  | { readonly kind: 'list'; readonly elements: readonly Node[] }
  | { readonly kind: 'map'; readonly entries: readonly (readonly [key: Node, value: Node])[] }
  | { readonly kind: 'unary'; readonly operator: '!' | '-'; readonly operand: Node }
  | { readonly kind: 'binary'; readonly operator: BinaryOperator; readonly left: Node; readonly right: Node }
  /** Chains are flat: `a && b && c` has three terms. */
  | { readonly kind: 'logic'; readonly operator: '&&' | '||'; readonly terms: readonly Node[] }
  | { readonly kind: 'conditional'; readonly condition: Node; readonly yes: Node; readonly no: Node }
)

export type NodeOf<K extends Node['kind']> = Extract<Node, { kind: K }>

/** `math.greatest` for a call on a plain name, which may be a namespace and no variable. */
export const qualifiedName = (call: NodeOf<'call'>): string | undefined =>
  call.target?.kind === 'identifier' ? `${call.target.name}.${call.name}` : undefined
