/** The threads beside main as bundled text: made by build.mjs, for the program and for vitest. */
declare module 'kaiten:thread' {
  const code: string
  export default code
}

/** A file that the program serves from memory. */
declare interface ServedFile {
  /** With a fingerprint of the content, so that browsers may keep it for good. */
  path: string
  contentType: string
  /** base64 */
  gzip: string
}

/** SQLite's addon for the system that is built for: made by build.mjs. */
declare module 'kaiten:addon' {
  const addon: {
    /** Of the file that the addon is kept in, such as kaiten-sqlite-linux-x64.node. */
    name: string
    sha256: string
    /** base64. A function, so that two megabytes of text are read only where they are needed. */
    gzip: () => string
  }
  export default addon
}

/** The files of the pages about the API, by name: made by build.mjs. Import it where it is asked for, not at the start. */
declare module 'kaiten:docs' {
  const files: Record<'swagger-ui.js' | 'swagger-ui.css' | 'docs.js' | 'docs.css', ServedFile>
  export default files
}

/** The files of the console, by name: made by build.mjs of public/. Import it where it is asked for, not at the start. */
declare module 'kaiten:public' {
  const files: Record<'console.js' | 'console.css' | 'theme.js' | 'charts.js' | 'icon.svg', ServedFile>
  export default files
}

/** What is inside the `<svg>` of each icon of views/icon-names.ts: made by build.mjs. */
declare module 'kaiten:icons' {
  const icons: Record<string, string>
  export default icons
}

/** A browser's document for tests of web clients; the package brings no types. */
declare module 'jsdom' {
  export class JSDOM {
    constructor(html: string, options: { url: string })
    readonly window: { document: object; localStorage: object }
  }
}
