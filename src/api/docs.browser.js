// Runs in the browser, on /api/docs. The validator badge would ask a server of somebody else's.
SwaggerUIBundle({
  url: '/api/openapi.json',
  dom_id: '#docs',
  validatorUrl: null,
  deepLinking: true,
  docExpansion: 'none',
  filter: true,
  displayRequestDuration: true,
  defaultModelsExpandDepth: 0,
  requestSnippetsEnabled: true,
  presets: [SwaggerUIBundle.presets.apis],
})
