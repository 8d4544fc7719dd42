const digits = [...'0123456789abcdef'].map(digit => digit.charCodeAt(0))

/**
 * Puts the eight hexadecimal digits of 32 bits among the character codes of a text: `toString(16)` of a number that is no
 * small integer divides doubles, 100 ns a word.
 */
export function putHex(codes: number[], at: number, word: number): void {
  for (let digit = 0; digit < 8; digit++) codes[at + digit] = digits[(word >>> (28 - 4 * digit)) & 15] as number
}
