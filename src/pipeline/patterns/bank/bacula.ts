import { type NamesIn, type PatternSet, re } from './pattern-set.ts'

const volume = '"%{BACULA_VOLUME:volume|bacula.volume.name}"'
const device = '"%{BACULA_DEVICE:device|bacula.volume.device}"'
const path = re`\(%{BACULA_DEVICEPATH:|bacula.volume.path}\)`
const failure = 'ERR=%{GREEDYDATA:berror|error.message}'
const client = '%{BACULA_HOST:client|bacula.client.name}'

/** The messages that the log line knows, without `BACULA_LOG_`, in the order in which they are tried. */
const messages: NamesIn = {
  MAX_CAPACITY: `User defined maximum volume capacity %{BACULA_CAPACITY:|bacula.volume.max_capacity} exceeded on device ${device} ${path}`,
  END_VOLUME: '',
  NEW_VOLUME: `Created new Volume ${volume} in catalog.`,
  NEW_LABEL: '',
  WROTE_LABEL: '',
  NEW_MOUNT: '',
  NOOPEN: re`\s*Cannot open .*?: ${failure}`,
  NOOPENDIR: '',
  NOSTAT: re`\s*Could not stat %{DATA:|file.path}: ${failure}`,
  NOJOBS: `There are no more Jobs associated with Volume ${volume}. Marking it purged.`,
  ALL_RECORDS_PRUNED: `All records pruned from Volume ${volume}; marking it "Purged"`,
  BEGIN_PRUNE_JOBS: 'Begin pruning Jobs older than %{INT} month %{INT} days .',
  BEGIN_PRUNE_FILES: 'Begin pruning Files.',
  PRUNED_JOBS: `Pruned %{INT} Jobs* for client ${client} from catalog.`,
  PRUNED_FILES: `Pruned Files from %{INT} Jobs* for client ${client} from catalog.`,
  ENDPRUNE: 'End auto prune.',
  STARTJOB: 'Start Backup JobId %{INT}, Job=%{BACULA_JOB:job|bacula.job.name}',
  STARTRESTORE: 'Start Restore Job %{BACULA_JOB:job|bacula.job.name}',
  USEDEVICE: `Using Device ${device}`,
  DIFF_FS: '',
  JOBEND:
    'Job write elapsed time = %{DATA:elapsed|bacula.job.elapsed_time}, Transfer rate = %{NUMBER} [KMG]? Bytes/second',
  NOPRUNE_JOBS: 'No Jobs found to prune.',
  NOPRUNE_FILES: 'No Files found to prune.',
  VOLUME_PREVWRITTEN: '',
  READYAPPEND: `Ready to append to end of Volume ${volume} size=%{INT:|bacula.volume.size:int}`,
  CANCELLING: 'Cancelling duplicate JobId=%{INT:|bacula.job.other_id}.',
  MARKCANCEL: 'JobId %{INT:|bacula.job.id}, Job %{BACULA_JOB:job|bacula.job.name} marked to be canceled.',
  CLIENT_RBJ: 'shell command: run ClientRunBeforeJob "%{GREEDYDATA:runjob|bacula.job.client_run_before_command}"',
  VSS: '(?:Generate )?VSS (?:Writer)?',
  MAXSTART: '',
  DUPLICATE: '',
  NOJOBSTAT: '',
  FATAL_CONN: '',
  NO_CONNECT: '',
  NO_AUTH: '',
  NOSUIT: 'No prior or suitable Full backup found in catalog. Doing FULL backup.',
  JOB: re`(?:Error: )?Bacula %{BACULA_HOST} %{BACULA_VERSION} \(%{BACULA_VERSION}\):`,
  NOPRIOR: 'No prior Full backup Job record found.',
}

const mounted = `New volume ${volume} mounted on device ${device} ${path} at`
const peer = `(?:Client: ${client}|Storage daemon)`
const unable = `bsock.c:133 Unable to connect to ${peer} on`
const couldNot = `Warning: bsock.c:127 Could not connect to ${peer} on`
const address = '%{IPORHOST:client.address}:%{POSINT:client.port:int}'

const legacyMessages: NamesIn = {
  END_VOLUME: `End of medium on Volume ${volume} Bytes=%{BACULA_CAPACITY} Blocks=%{BACULA_CAPACITY} at %{MONTHDAY}-%{MONTH}-%{YEAR} %{HOUR}:%{MINUTE}.`,
  NEW_LABEL: `Labeled new Volume ${volume} on device ${device} ${path}.`,
  WROTE_LABEL: `Wrote label to prelabeled Volume ${volume} on device "%{BACULA_DEVICE}" ${path}`,
  NEW_MOUNT: `${mounted} %{MONTHDAY}-%{MONTH}-%{YEAR} %{HOUR}:%{MINUTE}.`,
  NOOPENDIR: re`\s*Could not open directory .*?: ${failure}`,
  DIFF_FS: re`\s+%{UNIXPATH} is a different filesystem. Will not descend from %{UNIXPATH} into it.`,
  VOLUME_PREVWRITTEN: `Volume ${volume} previously written, moving to end of data.`,
  MAXSTART: 'Fatal error: Job canceled because max start delay time exceeded.',
  DUPLICATE: 'Fatal error: JobId %{INT:duplicate} already running. Duplicate job not allowed.',
  NOJOBSTAT: 'Fatal error: No Job status returned from FD.',
  FATAL_CONN: `Fatal error: ${unable} %{HOSTNAME}:%{POSINT}. ${failure}`,
  NO_CONNECT: `${couldNot} %{HOSTNAME}:%{POSINT}. ${failure}`,
  NO_AUTH: 'Fatal error: Unable to authenticate with File daemon at .*?. Possible causes:',
}

const fatal = 'Fatal [Ee]rror:'

const ecsMessages: NamesIn = {
  MAX_CAPACITY: `${messages['MAX_CAPACITY']}.?`,
  END_VOLUME: `End of medium on Volume ${volume} Bytes=%{BACULA_CAPACITY:bacula.volume.bytes} Blocks=%{BACULA_CAPACITY:bacula.volume.blocks} at %{BACULA_TIMESTAMP:bacula.timestamp}.`,
  NEW_LABEL: `Labeled new Volume ${volume} on (?:file )?device ${device} ${path}.`,
  WROTE_LABEL: `Wrote label to prelabeled Volume ${volume} on device ${device} ${path}`,
  NEW_MOUNT: `${mounted} %{BACULA_TIMESTAMP:bacula.timestamp}.`,
  NOOPENDIR: re`\s*Could not open directory "?%{DATA:file.path}"?: ${failure}`,
  ALL_RECORDS_PRUNED: `.*?${messages['ALL_RECORDS_PRUNED']}`,
  DIFF_FS: re`\s*%{UNIXPATH} is a different filesystem. Will not descend from %{UNIXPATH} into it.`,
  VOLUME_PREVWRITTEN: 'Volume "?%{BACULA_VOLUME:bacula.volume.name}"? previously written, moving to end of data.',
  MAXSTART: `${fatal} Job canceled because max start delay time exceeded.`,
  DUPLICATE: `${fatal} JobId %{INT:bacula.job.other_id} already running. Duplicate job not allowed.`,
  NOJOBSTAT: `${fatal} No Job status returned from FD.`,
  FATAL_CONN: `${fatal} ${unable} ${address}. ${failure}`,
  NO_CONNECT: `${couldNot} ${address}. ${failure}`,
  NO_AUTH:
    'Fatal error: Unable to authenticate with File daemon at "?%{IPORHOST:client.address}(?::%{POSINT:client.port:int})?"?. Possible causes:',
}

// One to three whole numbers without anything between, then always three after a comma. A run of digits is one number or
// several, as it has to be: counted by digits, since trying all divisions takes cubic time.
const sign = '[+-]?'
const threeNumbers = [signedRuns('{2}'), re`\d{2,}[+-]\d+`, re`\d[+-]\d{2,}`, re`\d{3,}`].join('|')

function signedRuns(times: string): string {
  return re`\d+(?:[+-]\d+)${times}`
}

function named(texts: NamesIn): NamesIn {
  return Object.fromEntries(Object.entries(texts).map(([name, text]) => [`BACULA_LOG_${name}`, text]))
}

const any = Object.keys(messages)
  .map(name => `%{BACULA_LOG_${name}}`)
  .join('|')

export const bacula: PatternSet = {
  both: {
    BACULA_VOLUME: '%{USER}',
    BACULA_DEVICE: '%{USER}',
    BACULA_DEVICEPATH: '%{UNIXPATH}',
    BACULA_CAPACITY: `${sign}${signedRuns('{0,2}')}(?:,${sign}(?:${threeNumbers}))*`,
    BACULA_VERSION: '%{USER}',
    BACULA_JOB: '%{USER}',
    ...named(messages),
  },
  legacy: {
    BACULA_TIMESTAMP: '%{MONTHDAY}-%{MONTH} %{HOUR}:%{MINUTE}',
    BACULA_HOST: '[A-Za-z0-9-]+',
    BACULA_LOGLINE: `%{BACULA_TIMESTAMP:bts} %{BACULA_HOST:hostname}(?: JobId %{INT:jobid})?:? (?:${any})`,
    ...named(legacyMessages),
  },
  ecs: {
    BACULA_TIMESTAMP: '%{MONTHDAY}-%{MONTH}(?:-%{YEAR})? %{HOUR}:%{MINUTE}',
    BACULA_HOST: '%{HOSTNAME}',
    BACULA_LOG: `%{BACULA_TIMESTAMP:timestamp} %{BACULA_HOST:host.hostname}(?: JobId %{INT:bacula.job.id})?:? (?:${any})`,
    BACULA_LOGLINE: '%{BACULA_LOG}',
    ...named(ecsMessages),
  },
}
