import { found } from '../domain/problem.ts'
import { ApiToken, apiTokenJson, NewApiToken, ServiceAccount, serviceAccountJson } from '../domain/service-account.ts'
import { serviceAccountAt, serviceAccountsOf, tokensOf } from '../store/service-accounts.ts'
import type { House } from '../web/house.ts'
import type { Route } from '../web/routes.ts'
import { create, list, remove, show, update } from './kinds.ts'

const account = '/service-accounts/{account}'

export const serviceAccounts = (house: House): Route[] => [
  list(house, '/service-accounts', {
    summary: 'List service accounts',
    demand: 'read:tokens',
    answers: ServiceAccount,
    json: serviceAccountJson,
    source: ({ principal }) => serviceAccountsOf(principal.organization),
  }),
  create(house, '/service-accounts', 'serviceAccounts.create', {
    summary: 'Create a service account',
    answers: ServiceAccount,
    location: ({ slug }) => `/service-accounts/${slug}`,
  }),
  show(house, account, {
    summary: 'Show a service account',
    demand: 'read:tokens',
    answers: ServiceAccount,
    json: serviceAccountJson,
    notFound: 'ServiceAccount.NotFound',
    row: ({ principal, at }) => serviceAccountAt(principal.organization, at.account),
  }),
  update(house, account, 'serviceAccounts.update', { summary: 'Change a service account', answers: ServiceAccount }),
  remove(house, account, 'serviceAccounts.delete', 'Delete a service account and its tokens'),
  list(house, `${account}/tokens`, {
    summary: 'List the tokens of a service account',
    demand: 'read:tokens',
    answers: ApiToken,
    json: apiTokenJson,
    source: ({ principal, at }) => {
      const row = found(
        house.read.find(serviceAccountAt(principal.organization, at.account)),
        'ServiceAccount.NotFound',
      )
      return tokensOf(principal.organization, row.id)
    },
  }),
  create(house, `${account}/tokens`, 'tokens.create', {
    summary: 'Create a token; its text is in this answer and never again',
    answers: NewApiToken,
    location: ({ slug }, { at }) => `/service-accounts/${at.account}/tokens/${slug}`,
  }),
  remove(house, `${account}/tokens/{token}`, 'tokens.revoke', 'Revoke a token'),
]
