/** Calls of functions: found by name, fitted to the number of arguments, folded where all of them are constant. */
import { catalogue } from './catalogue.ts'
import { sizeOf } from './conversions.ts'
import { folded } from './fold.ts'
import type { CelFunction } from './functions.ts'
import { compilePattern, matches } from './regex.ts'
import { type Compiled, constantOf, problem, type Run, type Scope } from './scope.ts'
import { type Node, type NodeOf, qualifiedName } from './syntax.ts'
import { CelError, noOverload, type Outcome, type Value } from './values.ts'

type Compile = (node: Node, scope: Scope) => Compiled

export function compileCall(node: NodeOf<'call'>, scope: Scope, compile: Compile): Compiled {
  const qualified = qualifiedName(node)
  const isQualified = catalogue.isNamespaced(qualified)
  const name = isQualified && qualified ? qualified : node.target ? `.${node.name}` : node.name
  const found = catalogue.functions.get(name)
  const target = isQualified || !node.target ? [] : [node.target]
  const parts = [...target, ...node.arguments].map(part => compile(part, scope))
  if (!found)
    return scope.limits.unknownFunctions ? problem(scope, node, unknown(name)) : constantOf(new CelError(unknown(name)))
  const run = runOf(found, parts)
  if (!run) return problem(scope, node, `${called(name)} does not take ${node.arguments.length} arguments`)
  const weight = parts.reduce((sum, part) => sum + part.weight, 2 + (found.cost ?? 0))
  return folded(node, scope, parts, { weight, ...(specialised(name, node, scope, parts) ?? { run }) })
}

const called = (name: string): string => `${name.replace(/^\./, '')}()`

function unknown(name: string): string {
  const similar = [...catalogue.functions.keys()].find(
    known => known !== name && known.replace(/^\./, '').toLowerCase() === name.replace(/^\./, '').toLowerCase(),
  )
  const hint =
    similar === undefined ? '' : `; there is ${similar.startsWith('.') ? 'a method' : 'a function'} ${called(similar)}`
  return `unknown ${name.startsWith('.') ? 'method' : 'function'} ${called(name)}${hint}`
}

function runOf({ one, two, three, many }: CelFunction, parts: readonly Compiled[]): Run | undefined {
  const [a, b, c] = parts.map(part => part.run)
  if (one && a && parts.length === 1) return frame => outcomeOrError(a(frame), value => one(frame, value))
  if (two && a && b && parts.length === 2)
    return frame => outcomeOrError(a(frame), first => outcomeOrError(b(frame), second => two(frame, first, second)))
  if (three && a && b && c && parts.length === 3)
    return frame => {
      const [first, second, third] = [a(frame), b(frame), c(frame)]
      if (first instanceof CelError) return first
      if (second instanceof CelError) return second
      return third instanceof CelError ? third : three(frame, first, second, third)
    }
  if (!many || parts.length === 0) return undefined
  return frame => {
    const values: Value[] = []
    for (const part of parts) {
      const value = part.run(frame)
      if (value instanceof CelError) return value
      values.push(value)
    }
    return many(frame, ...values)
  }
}

const outcomeOrError = (value: Outcome, then: (value: Value) => Outcome): Outcome =>
  value instanceof CelError ? value : then(value)

/** The calls that rules make most, without detours: patterns compiled once, sizes as plain numbers. */
function specialised(
  name: string,
  node: Node,
  scope: Scope,
  parts: readonly Compiled[],
): Pick<Compiled, 'run' | 'count'> | undefined {
  const [a, b] = parts
  if (!a) return undefined
  if (name === 'size' || name === '.size') {
    const count = (frame: Parameters<Run>[0]): number | CelError => {
      const value = a.run(frame)
      return value instanceof CelError ? value : sizeOf(frame, value)
    }
    return {
      count,
      run: frame => {
        const size = count(frame)
        return size instanceof CelError ? size : BigInt(size)
      },
    }
  }
  if ((name !== 'matches' && name !== '.matches') || typeof b?.constant !== 'string') return undefined
  const pattern = compilePattern(b.constant)
  if (pattern instanceof CelError)
    return scope.limits.failingParts ? problem(scope, node, pattern.message) : { run: () => pattern }
  return {
    run: frame => {
      const text = a.run(frame)
      if (typeof text === 'string') return matches(frame, pattern, text)
      return text instanceof CelError ? text : noOverload('matches', text)
    },
  }
}
