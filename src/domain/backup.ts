import { z } from 'zod'

/** A backup is a gzipped tar of these parts, after `manifest.json`, which says what they are. */
export const partNames = ['kaiten.db', 'kaiten.key'] as const
export type PartName = (typeof partNames)[number]

/** Raised when a program that knows only the older form could not restore the newer. */
export const backupForm = 1

/** `manifest.json`, the first entry of a backup. Members that a later program adds are let through. */
export const Manifest = z.object({
  form: z.int().min(1),
  /** Of the program that made it. */
  version: z.string().max(100),
  /** How many migrations the database had run. */
  schema: z.int().min(1),
  sqlite: z.string().max(100),
  createdAt: z.iso.datetime(),
  organizations: z.array(z.object({ slug: z.string(), name: z.string() })),
  parts: z.array(
    z.object({
      name: z.enum(partNames),
      bytes: z.int().min(0),
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
    }),
  ),
})
export type Manifest = z.infer<typeof Manifest>

export const holdsKey = ({ parts }: Manifest): boolean => parts.some(({ name }) => name === 'kaiten.key')

/** `kaiten-2026-11-21T143000Z.tar.gz`: sorts by time and holds nothing that a file system or a shell minds. */
export const backupName = (now: number): string =>
  `kaiten-${new Date(now).toISOString().slice(0, 19).replaceAll(':', '')}Z.tar.gz`

/** When a scheduled backup was taken, by its name; undefined for every other file. */
export function takenAt(name: string): number | undefined {
  const [, day, hours, minutes, seconds] = name.match(/^kaiten-(\d{4}-\d\d-\d\d)T(\d\d)(\d\d)(\d\d)Z\.tar\.gz$/) ?? []
  const time = Date.parse(`${day}T${hours}:${minutes}:${seconds}Z`)
  return Number.isNaN(time) ? undefined : time
}

/** The scheduled backups among these names, newest first. */
export const backupsAmong = (names: readonly string[]): string[] =>
  names.filter(name => takenAt(name) !== undefined).sort((a, b) => (a < b ? 1 : -1))

/** Is it time for another? A newest from the future says that a clock was wrong, and keeps nobody from a backup. */
export function isDue(names: readonly string[], now: number, every: number): boolean {
  const newest = backupsAmong(names)[0]
  return newest === undefined || Math.abs(now - (takenAt(newest) ?? 0)) >= every
}

const units: Record<string, number> = { m: 60_000, h: 3_600_000, d: 86_400_000 }

/** Milliseconds of `30m`, `24h` or `7d`; undefined for anything else, and for less than a minute or more than a year. */
export function span(text: string): number | undefined {
  const [, count, unit] = text.match(/^(\d{1,6})([mhd])$/) ?? []
  const length = Number(count) * (units[unit ?? ''] ?? Number.NaN)
  return length >= 60_000 && length <= 366 * 86_400_000 ? length : undefined
}

/** What the data directory remembers of its backups (`kaiten.backups`), wherever they went. Times in epoch milliseconds. */
export const BackupRecord = z.object({
  last: z.object({ at: z.int(), file: z.string(), bytes: z.int() }).optional(),
  /** The scheduled backup that failed since. */
  failure: z.object({ at: z.int(), why: z.string() }).optional(),
})
export type BackupRecord = z.infer<typeof BackupRecord>
