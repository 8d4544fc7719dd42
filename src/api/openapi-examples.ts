/** Bodies that work as they stand, by operation: what the documentation page offers to send. Source: api.md. */
export const examples: Record<string, unknown> = {
  createCustomer: { name: 'Test Webhook Customer' },
  updateCustomer: { name: 'Acme Corporation', externalCustomerId: 'crm-4711' },
  createEntitlement: { name: 'API Calls', type: 'NUMBER', meterType: 'RAW_EVENT', aggregationMethod: 'SUM' },
  createLicense: { name: 'Growth', type: 'PAID', version: '1', isActive: true },
  grantEntitlement: { entitlementSlug: 'api-calls', value: { type: 'number', value: 1000 } },
  createInstance: {
    name: 'My Restaurant Production',
    customerSlug: 'my-restaurant',
    licenseSlug: 'growth',
    metadata: { region: 'eu-central-1' },
  },
  reportEntitlementUsage: { value: 42 },
  reportUsage: { entitlement_slug: 'api-calls', value: 1 },
  createUser: { email: 'anna@example.com', name: 'Anna Meier', role: 'EDITOR' },
  createServiceAccount: { name: 'Billing' },
  createServiceAccountToken: { name: 'Production', preset: 'data-plane' },
  createFeatureFlag: {
    name: 'Promo Banner',
    type: 'object',
    enabled: true,
    variants: [
      { name: 'disabled', value: { enabled: false } },
      { name: 'festive', value: { enabled: true, message: 'Free miso' } },
    ],
    defaultVariant: { type: 'basic', value: 'disabled' },
    targetingRules: [{ type: 'basic', name: 'Sakura', rule: 'tenantSlug == "sakura-tokyo"', variant: 'festive' }],
  },
  lintFeatureFlags: { rule: 'tenantSlug == "sakura-tokyo" && seats > 10' },
  testFeatureFlag: { context: { tenantSlug: 'sakura-tokyo' } },
  createWebhook: { url: 'https://your-app.example.com/webhook', eventNames: ['CUSTOMER_CREATION'] },
  updateOrganization: { name: 'Acme Software' },
}
