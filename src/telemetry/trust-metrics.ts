import { gauge, mapStatus, type MetricTable, type MetricValue } from './metric-values.ts'

/** What metrics and health tell of a certificate that is renewed by itself. */
export interface EnrolmentHealth {
  readonly state: 'enrolling' | 'enrolled' | 'expired' | 'refused'
  readonly name: string
  readonly notAfterMs?: number
  readonly renewAtMs?: number
  readonly trustAgeMs?: number
  readonly authorities: number
  readonly lastError?: string
}

interface Figures {
  readonly expiresAt: number
  readonly renewsAt: number
  readonly trustAge: number
  readonly authorities: number
}

const FIGURES: MetricTable<Figures> = {
  expiresAt: gauge(
    'forwarder_certificate_expires_timestamp_seconds',
    'When our own certificate ends; 0: there is none.',
  ),
  renewsAt: gauge('forwarder_certificate_renews_timestamp_seconds', 'When it is to be renewed; 0: there is none.'),
  trustAge: gauge('forwarder_trust_age_seconds', 'Since the authority last said whom to trust and whom not.'),
  authorities: gauge('forwarder_trusted_authorities', 'Authorities that are trusted now.'),
}

export function collectEnrolment(health: EnrolmentHealth | undefined): MetricValue[] {
  if (health === undefined) return []
  const { notAfterMs = 0, renewAtMs = 0, trustAgeMs = 0, authorities } = health
  const figures = {
    expiresAt: notAfterMs / 1000,
    renewsAt: renewAtMs / 1000,
    trustAge: trustAgeMs / 1000,
    authorities,
  }
  return mapStatus(FIGURES, figures)
}

/** Sentences where there is no certificate to work with. */
export function judgeEnrolment(health: EnrolmentHealth | undefined): string[] {
  if (health === undefined || health.state === 'enrolled') return []
  const states = {
    enrolling: `there is no certificate for "${health.name}" yet`,
    expired: `the certificate for "${health.name}" has ended`,
    refused: `a certificate for "${health.name}" was refused`,
  }
  return [`${states[health.state]}${health.lastError === undefined ? '' : `: ${health.lastError}`}`]
}
