import { foundation } from './0001-foundation.ts'
import { featureFlags } from './0002-feature-flags.ts'
import { eventStreams } from './0003-event-streams.ts'
import { users } from './0004-users.ts'
import { webhooks } from './0005-webhooks.ts'
import { eventSubjects } from './0006-event-subjects.ts'
import { dashboard } from './0007-dashboard.ts'
import { eventActors } from './0008-event-actors.ts'
import { useUnderLicense } from './0009-use-under-license.ts'
import { searchedSlugs } from './0010-searched-slugs.ts'
import { fewerMerges } from './0011-fewer-merges.ts'

/** Forward only, in order; the database's user_version is how many have run. Never edit one that was released. */
export const migrations: readonly string[] = [
  foundation,
  featureFlags,
  eventStreams,
  users,
  webhooks,
  eventSubjects,
  dashboard,
  eventActors,
  useUnderLicense,
  searchedSlugs,
  fewerMerges,
]
