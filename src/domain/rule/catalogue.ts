/** Everything an expression may name: functions, macros and types. */
import { conversionFunctions } from './conversions.ts'
import { encoderFunctions } from './encoders.ts'
import type { CelFunction, FunctionTable } from './functions.ts'
import { mathFunctions } from './math.ts'
import { stringFunctions } from './strings.ts'
import type { NodeOf } from './syntax.ts'
import { timeFunctions } from './times.ts'

const tables: readonly FunctionTable[] = [
  conversionFunctions,
  stringFunctions,
  timeFunctions,
  mathFunctions,
  encoderFunctions,
]
const functions: ReadonlyMap<string, CelFunction> = new Map(tables.flatMap(table => Object.entries(table)))

/** Macros by name with their numbers of arguments. Source: CEL language definition, "Macros"; cel-go, "comprehensions". */
const macros: Readonly<Record<string, readonly number[]>> = {
  all: [2, 3],
  exists: [2, 3],
  exists_one: [2, 3],
  existsOne: [2, 3],
  filter: [2],
  map: [2, 3],
  transformList: [3, 4],
  transformMap: [3, 4],
}

const knownToChecker = new Set(['all/2', 'exists/2', 'exists_one/2', 'filter/2', 'map/2', 'map/3'])

export const catalogue = {
  functions,
  typeNames: new Set('bool bytes double int list map null_type string type uint'.split(' ')),
  overloads: [...functions.values()].flatMap(one => one.overloads ?? []),
  isNamespaced: (name: string | undefined): boolean => name !== undefined && functions.has(name),
  isMacro: (call: NodeOf<'call'>): boolean =>
    call.target !== undefined &&
    Object.hasOwn(macros, call.name) &&
    macros[call.name]?.includes(call.arguments.length) === true,
  isOwnMacro: (call: NodeOf<'call'>): boolean =>
    catalogue.isMacro(call) && !knownToChecker.has(`${call.name}/${call.arguments.length}`),
}
