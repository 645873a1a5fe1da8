import fc from 'fast-check'
import { documentWith } from '../../../helpers/pipeline/differential/arbitraries.ts'
import { type Comparison, makeOptions, ofProcessor } from '../../../helpers/pipeline/differential/comparison.ts'

/** Old enough for the rules of a server of 2020, and not changed by newer ones. */
const agents = [
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/83.0.4103.61 Safari/537.36',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/83.0.4103.61 Safari/537.36',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 12_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/12.1.2 Mobile/15E148 Safari/604.1',
  'Mozilla/5.0 (iPad; CPU OS 12_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/12.1.2 Mobile/15E148 Safari/604.1',
  'Mozilla/5.0 (Linux; Android 9; SM-G960F) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/76.0.3809.132 Mobile Safari/537.36',
  'Mozilla/5.0 (compatible; MSIE 10.0; Windows NT 6.2; Trident/6.0)',
  'Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)',
  'Googlebot/2.1 (+http://www.google.com/bot.html)',
  'curl/7.68.0',
  'Wget/1.20.3 (linux-gnu)',
  'Opera/9.80 (Windows NT 6.1) Presto/2.12.388 Version/12.18',
  'mine/1.0',
  '',
]

export const comparisons: readonly Comparison[] = [
  {
    name: 'user_agent',
    pipelines: ofProcessor(
      'user_agent',
      makeOptions(
        { field: fc.constantFrom('a', 'a', 'a', 'b', 'a.b') },
        {
          target_field: fc.constantFrom('t', 't.u', 'a'),
          properties: fc.subarray(['name', 'os', 'device', 'original', 'VERSION'], { minLength: 1 }),
          ignore_missing: fc.boolean(),
        },
      ),
    ),
    documents: documentWith(fc.constantFrom(...agents)),
  },
]
