;; Finds the ends of lines, and encodes lines as J frames of protocol 2 (frames.ts has their grammar), 16 bytes at a
;; time:
;;
;;   head  offset  middle  escaped line  before  offset  tail
;;
;; The memory has a fixed size, and everything is copied in and out (line-kernel.ts). Areas that are read or
;; written in steps of 16 bytes have 16 bytes to spare behind them.
;;
;;   0x00000  escapes   the letter of the escape of each byte, "u" for \u00XX; 0x60: hexadecimal digits
;;   0x00080  digits    32 bytes, filled from the end
;;   0x000c0  parts     lengths of head, middle, before and tail, u32 each
;;   0x01000  ends      the start of the first line, then the exclusive end of each, u32 each, as positions in a run
;;   0x05000  envelope  head, middle, before and tail, one after the other
;;   0x16000  text      the lines, terminators included
;;   0x27000  frames    up to the end of the memory
(module
  (memory (export "memory") 11 11)

  (global $digitsEnd i32 (i32.const 0xa0))
  (global $parts (export "parts") i32 (i32.const 0xc0))
  (global $ends (export "ends") i32 (i32.const 0x1000))
  (global $maxLines (export "maxLines") i32 (i32.const 4095))
  (global $envelope (export "envelope") i32 (i32.const 0x5000))
  (global $maxEnvelope (export "maxEnvelope") i32 (i32.const 0x10000))
  (global $text (export "text") i32 (i32.const 0x16000))
  (global $maxText (export "maxText") i32 (i32.const 0x10000))
  (global $frames (export "frames") i32 (i32.const 0x27000))
  (global $framesEnd i32 (i32.const 0xafff0))

  (data (i32.const 0x00) "uuuuuuuubtnufruuuuuuuuuuuuuuuuuu")
  (data (i32.const 0x22) "\22")
  (data (i32.const 0x5c) "\5c")
  (data (i32.const 0x60) "0123456789abcdef")

  ;; Encodes up to `lines` lines of `text`, the first of which is at `offset` in its file and gets the number after
  ;; `sequence`. Gives the number of lines that were taken and the bytes of their frames. It stops before a line that
  ;; does not end with a line feed, and before one that might need more room than there is.
  (func (export "encode") (param $lines i32) (param $offset f64) (param $sequence i32) (result i32 i32)
    (local $head i32)
    (local $middle i32)
    (local $before i32)
    (local $tail i32)
    (local $middleAt i32)
    (local $beforeAt i32)
    (local $tailAt i32)
    (local $envelopeBytes i32)
    (local $base i32)
    (local $taken i32)
    (local $start i32)
    (local $next i32)
    (local $end i32)
    (local $to i32)
    (local $frame i32)
    (local $digits i32)
    (local $digitBytes i32)
    (local.set $head (i32.load offset=0 (global.get $parts)))
    (local.set $middle (i32.load offset=4 (global.get $parts)))
    (local.set $before (i32.load offset=8 (global.get $parts)))
    (local.set $tail (i32.load offset=12 (global.get $parts)))
    (local.set $middleAt (i32.add (global.get $envelope) (local.get $head)))
    (local.set $beforeAt (i32.add (local.get $middleAt) (local.get $middle)))
    (local.set $tailAt (i32.add (local.get $beforeAt) (local.get $before)))
    ;; With two offsets of at most 20 digits.
    (local.set $envelopeBytes
      (i32.add (i32.const 40) (i32.sub (i32.add (local.get $tailAt) (local.get $tail)) (global.get $envelope))))
    ;; What is added to an end to make it a position in `text`.
    (local.set $base (i32.sub (global.get $text) (i32.load (global.get $ends))))
    (local.set $start (global.get $text))
    (local.set $to (global.get $frames))
    (block $stop
      (loop $each
        (br_if $stop (i32.eq (local.get $taken) (local.get $lines)))
        (local.set $next (i32.load offset=4 (i32.add (global.get $ends) (i32.shl (local.get $taken) (i32.const 2)))))
        (local.set $next (i32.add (local.get $next) (local.get $base)))
        (br_if $stop (i32.le_u (local.get $next) (local.get $start)))
        (local.set $end (i32.sub (local.get $next) (i32.const 1)))
        (br_if $stop (i32.ne (i32.load8_u (local.get $end)) (i32.const 0x0a)))
        (if (i32.gt_u (local.get $end) (local.get $start))
          (then
            (if (i32.eq (i32.load8_u (i32.sub (local.get $end) (i32.const 1))) (i32.const 0x0d))
              (then (local.set $end (i32.sub (local.get $end) (i32.const 1)))))))
        ;; An escape has at most six bytes.
        (br_if $stop
          (i32.gt_u
            (i32.add
              (i32.add (local.get $to) (local.get $envelopeBytes))
              (i32.mul (i32.sub (local.get $end) (local.get $start)) (i32.const 6)))
            (global.get $framesEnd)))

        (local.set $digits
          (call $writeDigits
            (i64.add
              (i64.trunc_f64_u (local.get $offset))
              (i64.extend_i32_u (i32.sub (local.get $start) (global.get $text))))))
        (local.set $digitBytes (i32.sub (global.get $digitsEnd) (local.get $digits)))
        (local.set $frame (local.get $to))
        (local.set $to (call $copy (local.get $to) (global.get $envelope) (local.get $head)))
        (local.set $to (call $copy (local.get $to) (local.get $digits) (local.get $digitBytes)))
        (local.set $to (call $copy (local.get $to) (local.get $middleAt) (local.get $middle)))
        (local.set $to (call $escapeText (local.get $to) (local.get $start) (local.get $end)))
        (local.set $to (call $copy (local.get $to) (local.get $beforeAt) (local.get $before)))
        (local.set $to (call $copy (local.get $to) (local.get $digits) (local.get $digitBytes)))
        (local.set $to (call $copy (local.get $to) (local.get $tailAt) (local.get $tail)))
        (local.set $sequence (i32.add (local.get $sequence) (i32.const 1)))
        (i32.store offset=2 (local.get $frame) (call $bigEndian (local.get $sequence)))
        (i32.store offset=6 (local.get $frame)
          (call $bigEndian (i32.sub (i32.sub (local.get $to) (local.get $frame)) (i32.const 10))))
        (local.set $start (local.get $next))
        (local.set $taken (i32.add (local.get $taken) (i32.const 1)))
        (br $each)))
    (local.get $taken)
    (i32.sub (local.get $to) (global.get $frames)))

  ;; Writes the ends of the lines in the first `length` bytes of `text` to `ends`, as positions in a run in which these
  ;; bytes begin at `start`; at most `maxLines` of them. Gives their number.
  (func (export "split") (param $length i32) (param $start i32) (result i32)
    (local $at i32)
    (local $end i32)
    (local $feeds i32)
    (local $feed i32)
    (local $to i32)
    (local $toEnd i32)
    (local.set $at (global.get $text))
    (local.set $end (i32.add (local.get $at) (local.get $length)))
    (local.set $start (i32.add (i32.sub (local.get $start) (local.get $at)) (i32.const 1)))
    (local.set $to (global.get $ends))
    (local.set $toEnd (i32.add (local.get $to) (i32.shl (global.get $maxLines) (i32.const 2))))
    (block $stop
      (loop $each
        (br_if $stop (i32.ge_u (local.get $at) (local.get $end)))
        (local.set $feeds
          (i8x16.bitmask
            (i8x16.eq (v128.load (local.get $at)) (v128.const i32x4 0x0a0a0a0a 0x0a0a0a0a 0x0a0a0a0a 0x0a0a0a0a))))
        (block $done
          (loop $eachFeed
            (br_if $done (i32.eqz (local.get $feeds)))
            (local.set $feed (i32.add (local.get $at) (i32.ctz (local.get $feeds))))
            ;; Behind the end there are bytes of an earlier call.
            (br_if $stop (i32.ge_u (local.get $feed) (local.get $end)))
            (br_if $stop (i32.eq (local.get $to) (local.get $toEnd)))
            (i32.store (local.get $to) (i32.add (local.get $feed) (local.get $start)))
            (local.set $to (i32.add (local.get $to) (i32.const 4)))
            (local.set $feeds (i32.and (local.get $feeds) (i32.sub (local.get $feeds) (i32.const 1))))
            (br $eachFeed)))
        (local.set $at (i32.add (local.get $at) (i32.const 16)))
        (br $each)))
    (i32.shr_u (i32.sub (local.get $to) (global.get $ends)) (i32.const 2)))

  ;; Writes the bytes from `from` up to `end` as the inside of a JSON string, and gives the position behind them.
  (func $escapeText (param $to i32) (param $from i32) (param $end i32) (result i32)
    (local $bytes v128)
    (local $special i32)
    (local $plain i32)
    (loop $each
      (if (i32.ge_u (local.get $from) (local.get $end)) (then (return (local.get $to))))
      (local.set $bytes (v128.load (local.get $from)))
      (v128.store (local.get $to) (local.get $bytes))
      (local.set $special
        (i8x16.bitmask
          (v128.or
            (v128.or
              (i8x16.eq (local.get $bytes) (v128.const i32x4 0x22222222 0x22222222 0x22222222 0x22222222))
              (i8x16.eq (local.get $bytes) (v128.const i32x4 0x5c5c5c5c 0x5c5c5c5c 0x5c5c5c5c 0x5c5c5c5c)))
            (i8x16.lt_u (local.get $bytes) (v128.const i32x4 0x20202020 0x20202020 0x20202020 0x20202020)))))
      ;; All 16 where none is special.
      (local.set $plain (i32.ctz (i32.or (local.get $special) (i32.const 0x10000))))
      (if (i32.ge_u (i32.add (local.get $from) (local.get $plain)) (local.get $end))
        (then (return (i32.add (local.get $to) (i32.sub (local.get $end) (local.get $from))))))
      (local.set $from (i32.add (local.get $from) (local.get $plain)))
      (local.set $to (i32.add (local.get $to) (local.get $plain)))
      (br_if $each (i32.eqz (local.get $special)))
      (local.set $to (call $escapeByte (local.get $to) (i32.load8_u (local.get $from))))
      (local.set $from (i32.add (local.get $from) (i32.const 1)))
      (br $each))
    (unreachable))

  (func $escapeByte (param $to i32) (param $byte i32) (result i32)
    (local $letter i32)
    (local.set $letter (i32.load8_u (local.get $byte)))
    (i32.store8 (local.get $to) (i32.const 0x5c))
    (i32.store8 offset=1 (local.get $to) (local.get $letter))
    (if (i32.ne (local.get $letter) (i32.const 0x75)) ;; u
      (then (return (i32.add (local.get $to) (i32.const 2)))))
    (i32.store16 offset=2 (local.get $to) (i32.const 0x3030)) ;; 00
    (i32.store8 offset=4 (local.get $to) (i32.load8_u offset=0x60 (i32.shr_u (local.get $byte) (i32.const 4))))
    (i32.store8 offset=5 (local.get $to) (i32.load8_u offset=0x60 (i32.and (local.get $byte) (i32.const 0x0f))))
    (i32.add (local.get $to) (i32.const 6)))

  ;; Writes the decimal digits in front of `digitsEnd`, and gives the position of the first one.
  (func $writeDigits (param $value i64) (result i32)
    (local $at i32)
    (local $low i32)
    (local.set $at (global.get $digitsEnd))
    ;; Divisions of 32 bits are the faster ones.
    (block $isLow
      (loop $each
        (br_if $isLow (i64.le_u (local.get $value) (i64.const 0xffffffff)))
        (local.set $at (i32.sub (local.get $at) (i32.const 1)))
        (i64.store8 (local.get $at) (i64.or (i64.const 0x30) (i64.rem_u (local.get $value) (i64.const 10))))
        (local.set $value (i64.div_u (local.get $value) (i64.const 10)))
        (br $each)))
    (local.set $low (i32.wrap_i64 (local.get $value)))
    (loop $each
      (local.set $at (i32.sub (local.get $at) (i32.const 1)))
      (i32.store8 (local.get $at) (i32.or (i32.const 0x30) (i32.rem_u (local.get $low) (i32.const 10))))
      (local.set $low (i32.div_u (local.get $low) (i32.const 10)))
      (br_if $each (local.get $low)))
    (local.get $at))

  ;; Up to 15 bytes more are written behind them. Gives the position behind them.
  (func $copy (param $to i32) (param $from i32) (param $count i32) (result i32)
    (local $end i32)
    (local.set $end (i32.add (local.get $to) (local.get $count)))
    (loop $each
      (if (i32.ge_u (local.get $to) (local.get $end)) (then (return (local.get $end))))
      (v128.store (local.get $to) (v128.load (local.get $from)))
      (local.set $to (i32.add (local.get $to) (i32.const 16)))
      (local.set $from (i32.add (local.get $from) (i32.const 16)))
      (br $each))
    (unreachable))

  (func $bigEndian (param $value i32) (result i32)
    (i32.or
      (i32.and (i32.rotl (local.get $value) (i32.const 8)) (i32.const 0x00ff00ff))
      (i32.and (i32.rotr (local.get $value) (i32.const 8)) (i32.const 0xff00ff00)))))
