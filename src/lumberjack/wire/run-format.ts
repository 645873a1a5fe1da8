// Our own wire form, `forwarder/1`: the content of the zstd frame of an R frame, one or more runs of records. A run is
//
//   u8 parts, u32 header bytes, u32 records, u32 bytes of lengths and all up to the records, u32 bytes of the records,
//   u64 offset, u64 time, [u64 doubt,] header, lengths, [flags,] [steps,] [times,] [nanoseconds,] records
//
// Numbers are big-endian, times are milliseconds since 1970. docs/protocol.md has every field.

/** Bits of the first byte of a run. */
export const PART_FLAGS = 1
export const PART_STEPS = 2
export const PART_TIMES = 4
export const PART_DOUBT = 8
export const PART_UTF16_LE = 16
export const PART_UTF16_BE = 32
export const PART_NANOS = 64

export const MAX_NANOS = 999_999

/** Bytes of a run up to its header, without and with doubt. */
export const RUN_START_BYTES = 33
export const DOUBT_BYTES = 8
/** A header protects the reader's memory: it is parsed whole, and each record costs it. */
export const MAX_RUN_HEADER_BYTES = 1024 * 1024
/** A frame of runs is inflated at once, so that all of its content is in memory; zstd takes as much again for its window. */
export const MAX_RUNS_BYTES = 4 * 1024 * 1024
/** What a document has besides its header and its record: offsets, times, flags and names of members. */
export const DOCUMENT_OVERHEAD_BYTES = 256
