/** The threads beside main as bundled text: made by build.mjs, for the program and for vitest. */
declare module 'kaiten:thread' {
  const code: string
  export default code
}
