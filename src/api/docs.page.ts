import type { Paths } from './docs.ts'

/** The page around Swagger UI, which comes from the program itself and lives under the policy of every page. */
export const docsPage = (paths: Paths): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Kaiten API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${paths['swagger-ui.css']}">
<link rel="stylesheet" href="${paths['docs.css']}">
<script src="${paths['swagger-ui.js']}" defer></script>
<script src="${paths['docs.js']}" defer></script>
</head>
<body>
<main id="docs"></main>
<noscript><p class="text">This page needs JavaScript. The same as a document: <a href="/api/openapi.json">openapi.json</a>.</p></noscript>
</body>
</html>
`
