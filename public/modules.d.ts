/** They bring no types, and are loaded for what they do. */
declare module 'htmx.org/dist/htmx.esm.js'
declare module 'htmx.org/dist/ext/hx-sse.js'
