/** What the parser calls the pieces of an expression, and how people write them. */
const pieces: Readonly<Record<string, string>> = {
  EOF: 'the end',
  NUMBER: 'a number',
  STRING: 'a text',
  BOOLEAN: 'true or false',
  NULL: 'null',
  IDENTIFIER: 'a name',
  BYTES: 'bytes',
  PLUS: '+',
  MINUS: '-',
  MULTIPLY: '*',
  DIVIDE: '/',
  MODULO: '%',
  EQ: '==',
  NE: '!=',
  LT: '<',
  LE: '<=',
  GT: '>',
  GE: '>=',
  AND: '&&',
  OR: '||',
  NOT: '!',
  IN: 'in',
  LPAREN: '(',
  RPAREN: ')',
  LBRACKET: '[',
  RBRACKET: ']',
  LBRACE: '{',
  RBRACE: '}',
  DOT: '.',
  COMMA: ',',
  COLON: ':',
  QUESTION: '?',
}

/** What is wrong with a rule, as people would say it: `expected RBRACKET, got EOF` → `expected ], got the end`. */
export function plainly(message: string): string {
  if (message === 'unexpected character: =') return 'a single = means nothing here; == compares'
  if (!/^(expected|unexpected token)\b/.test(message)) return message
  return message.replace(/\b[A-Z]+\b/g, name => pieces[name] ?? name)
}
