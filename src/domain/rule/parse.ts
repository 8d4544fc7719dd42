/**
 * Reads CEL and checks its types. The one file that knows the library; its tree ends here, ours goes on.
 * Source: CEL language definition, "Syntax" and "Type Checking".
 */
import { type ASTNode, TypeError as CheckError, Environment, ParseError } from '@marcbachmann/cel-js'
import { catalogue } from './catalogue.ts'
import type { Finding } from './issues.ts'
import { type Readable, readable } from './source.ts'
import { type Node, type NodeOf, qualifiedName } from './syntax.ts'
import { CelUint } from './values.ts'

export const deepestNesting = 64

export interface Parsed {
  readonly tree: Node
  /** The static type in CEL's notation (`bool`, `dyn`, `list<int>`), or what is wrong. To be called once. */
  check(): string | Finding
}

/** Never throws: what cannot be read is a finding with its place. */
export function parse(source: string): Parsed | Finding {
  const text = readable(source)
  try {
    const parsed = environment.parse(text.text)
    const untyped: ASTNode[] = []
    const tree = new Reader(text, untyped).read(parsed.ast, 0)
    return { tree, check: () => checked(parsed, untyped) }
  } catch (error) {
    if (error instanceof Unreadable) return error.finding
    if (!(error instanceof ParseError)) throw error
    const { start, end } = error.range ?? { start: 0, end: source.length }
    return { start, end: Math.max(end, start), message: sentence(error.summary, error.code) }
  }
}

const sentence = (summary: string, code: string): string =>
  code === 'limit_exceeded' && summary.includes('maxDepth')
    ? tooDeep
    : summary.replace(/^[A-Z](?=[a-z])/, first => first.toLowerCase())

const tooDeep = `nested deeper than ${deepestNesting}`

/** Carries a finding out of the recursion. */
class Unreadable extends Error {
  readonly finding: Finding
  constructor(place: { readonly start: number; readonly end: number }, message: string) {
    super(message)
    this.finding = { start: place.start, end: place.end, message }
  }
}

class Reader {
  readonly #source: Readable
  /**
   * What the checker shall take for dyn, since it knows nothing or something wrong about it: our own functions and macros,
   * attributes named like types, empty literals (it fails on their element type) and `has` on anything but a name.
   */
  readonly #untyped: ASTNode[]

  constructor(source: Readable, untyped: ASTNode[]) {
    this.#source = source
    this.#untyped = untyped
  }

  read(node: ASTNode, depth: number): Node {
    if (depth > deepestNesting) throw new Unreadable(node, tooDeep)
    const { start, end } = node
    const inner = (child: ASTNode): Node => this.read(child, depth + 1)
    switch (node.op) {
      case 'value':
        return this.#literal(node, node.args)
      case 'id':
        if (catalogue.typeNames.has(node.args)) this.#untyped.push(node)
        return { kind: 'identifier', name: node.args, absolute: this.#source.absolute.has(start), start, end }
      case '.':
      case '.?':
        return { kind: 'select', operand: inner(node.args[0]), field: this.#field(node.pos, node.args[1]), start, end }
      case '[]':
      case '[?]':
        return { kind: 'index', operand: inner(node.args[0]), index: inner(node.args[1]), start, end }
      case 'call':
        if (node.args[0] === 'has') this.#untyped.push(node)
        return { kind: 'call', name: node.args[0], target: undefined, arguments: node.args[1].map(inner), start, end }
      case 'rcall':
        return this.#method(node, node.args[0], inner(node.args[1]), node.args[2].map(inner))
      case 'list':
        if (node.args.length === 0) this.#untyped.push(node)
        return { kind: 'list', elements: node.args.map(inner), start, end }
      case 'map':
        if (node.args.length === 0) this.#untyped.push(node)
        return { kind: 'map', entries: node.args.map(([key, value]) => [inner(key), inner(value)]), start, end }
      case '?:': {
        const [condition, yes, no] = node.args
        return { kind: 'conditional', condition: inner(condition), yes: inner(yes), no: inner(no), start, end }
      }
      case '&&':
      case '||':
        return { kind: 'logic', operator: node.op, terms: terms(node, node.op).map(inner), start, end }
      case '!_':
        return { kind: 'unary', operator: '!', operand: inner(node.args), start, end }
      case '-_':
        return this.#negation(node.args, start, end, inner)
      default:
        // The checker takes the sum of a duration and a timestamp for a duration.
        if (node.op === '+' && node.args[0].op === 'call' && node.args[0].args[0] === 'duration')
          this.#untyped.push(node)
        return { kind: 'binary', operator: node.op, left: inner(node.args[0]), right: inner(node.args[1]), start, end }
    }
  }

  #field(place: number, written: string): string {
    return this.#source.fields.get(place) ?? written
  }

  #literal(node: ASTNode, written: unknown): Node {
    const { start, end } = node
    const value = this.#source.literals.get(start) ?? written
    if (value === null || typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number')
      return { kind: 'literal', value, start, end }
    if (value instanceof Uint8Array) return { kind: 'literal', value, start, end }
    if (typeof value !== 'bigint') return { kind: 'literal', value: new CelUint(BigInt(String(value))), start, end }
    if (BigInt.asIntN(64, value) !== value) throw new Unreadable(node, 'the integer does not fit into 64 bits')
    return { kind: 'literal', value, start, end }
  }

  /** The smallest int can only be written as the negative of a number that is itself too large. */
  #negation(operand: ASTNode, start: number, end: number, inner: (child: ASTNode) => Node): Node {
    if (operand.op !== 'value' || typeof operand.args !== 'bigint')
      return { kind: 'unary', operator: '-', operand: inner(operand), start, end }
    if (BigInt.asIntN(64, -operand.args) !== -operand.args)
      throw new Unreadable({ start, end }, 'the integer does not fit into 64 bits')
    return { kind: 'literal', value: -operand.args, start, end }
  }

  #method(node: ASTNode, name: string, target: Node, values: readonly Node[]): Node {
    const call: NodeOf<'call'> = { kind: 'call', name, target, arguments: values, start: node.start, end: node.end }
    if (catalogue.isNamespaced(qualifiedName(call)) || catalogue.isOwnMacro(call)) this.#untyped.push(node)
    return call
  }
}

/** The terms of a chain, which leans left: collected in a loop, since a source holds more than a thousand. */
function terms(chain: ASTNode, operator: '&&' | '||'): ASTNode[] {
  const found: ASTNode[] = []
  let node = chain
  while (node.op === operator) {
    found.push(node.args[1])
    node = node.args[0]
  }
  return [...found, node].reverse()
}

const environment = new Environment({
  unlistedVariablesAreDyn: true,
  homogeneousAggregateLiterals: false,
  limits: { maxDepth: deepestNesting },
}).registerVariable('now', 'google.protobuf.Timestamp')
for (const overload of catalogue.overloads) environment.registerFunction(overload, unused)
// Doubles mix with ints and uints (arithmetic.ts).
for (const operator of ['+', '-', '*', '/', '%'])
  for (const pair of ['int ? double', 'double ? int', 'uint ? double', 'double ? uint'])
    environment.registerOperator(`${pair.replace('?', operator)}: double`, unused)
for (const operator of ['<', '<=', '>', '>=']) environment.registerOperator(`bytes ${operator} bytes: bool`, unused)
for (const pair of ['int == double', 'uint == double', 'int == uint']) environment.registerOperator(pair, unused)

/** Only the checker reads these declarations. */
function unused(): never {
  throw new Error('functions and operators run in our own closures')
}

/** The checker takes the type it finds on a node as given; this is its own dyn. */
const dyn = (() => {
  const parsed = environment.parse('unlisted')
  parsed.check()
  return Reflect.get(parsed.ast, 'checkedType')
})()

function checked(parsed: ReturnType<typeof environment.parse>, untyped: readonly ASTNode[]): string | Finding {
  for (const node of untyped) Object.assign(node, { checkedType: dyn })
  const { valid, type, error } = parsed.check()
  if (valid) return type ?? 'dyn'
  const whole = { start: 0, end: parsed.ast.end }
  if (error instanceof CheckError || error instanceof ParseError)
    return { ...(error.range ?? whole), message: sentence(error.summary, error.code) }
  return { ...whole, message: 'the expression is too long to be checked' }
}
