import { gauge, mapStatus, type MetricTable, type MetricValue } from './status-to-metrics.ts'

/** What metrics and health report about a certificate that is renewed automatically. */
export interface EnrolmentHealth {
  readonly state: 'enrolling' | 'enrolled' | 'expired' | 'refused' | 'revoked'
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
    'When the own certificate expires; 0 if there is none.',
  ),
  renewsAt: gauge(
    'forwarder_certificate_renews_timestamp_seconds',
    'When the own certificate will be renewed; 0 if there is none.',
  ),
  trustAge: gauge('forwarder_trust_age_seconds', 'Age of the trust document of the authority.'),
  authorities: gauge('forwarder_trusted_authorities', 'Authorities that are trusted.'),
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

/** Reasons for bad health; empty while there is a valid certificate. */
export function judgeEnrolment(health: EnrolmentHealth | undefined): string[] {
  if (health === undefined || health.state === 'enrolled') return []
  const states = {
    enrolling: `there is no certificate for "${health.name}" yet`,
    expired: `the certificate for "${health.name}" has expired`,
    refused: `a certificate for "${health.name}" was refused`,
    revoked: `the certificate for "${health.name}" was revoked`,
  }
  return [`${states[health.state]}${health.lastError === undefined ? '' : `: ${health.lastError}`}`]
}
