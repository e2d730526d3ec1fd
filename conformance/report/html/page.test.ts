import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import fc from 'fast-check'
import { chromium, type Browser, type Page } from 'playwright-core'
import t from 'tap'
import { junit } from '../junit.ts'
import { readRun, type RunRecord } from '../run-record.ts'
import { anyRecord, sampleFolder } from '../testdata/records.ts'
import { visible } from '../visible.ts'
import { htmlPage } from './page.ts'
import { precompiled, templateFile } from './precompile.ts'

const chromiumPath = '/usr/bin/chromium'
const skip = existsSync(chromiumPath) ? false : `${chromiumPath} is not installed (apt-get install chromium)`
// A browser starts slowly on a busy machine.
t.setTimeout(120_000)
const sample = readRun(sampleFolder)
const failing = 'multistream-select/responder/awaitProposal/recv.malformed.no-suffix'
const anchor = 'case-multistream-select--responder--awaitProposal--recv-malformed-no-suffix'

t.test('template.js is what page.hbs, page.css and page.client.js make', async (t) => {
  t.equal(readFileSync(templateFile, 'utf8'), precompiled(), 'run node conformance/report/html/precompile.ts')
})

t.test('nothing that a peer writes becomes markup, and the page names no other resource', async () => {
  const structure = (page: string): readonly string[] =>
    [...page.matchAll(/<(script|img|iframe|link|style|object)\b/g)].map(([, tag = '']) => tag)
  await fc.assert(
    fc.asyncProperty(anyRecord, async (record) => {
      const page = await htmlPage(record, { folder: '/nowhere', spec: '/nowhere', project: '/nowhere' })
      const names = structure(page)
      if (names.join() !== 'link,style,script') throw new Error(`the page has ${names.join()}`)
      if (/\b(src|data|action)="/.test(page)) throw new Error('something is loaded')
    }),
    { numRuns: 15 },
  )
})

t.test('in a browser', { skip }, async (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'report-'))
  const browser = await chromium.launch({ executablePath: chromiumPath, args: ['--no-sandbox', '--disable-gpu'] })
  t.teardown(async () => {
    await browser.close()
    rmSync(folder, { recursive: true })
  })
  const file = path.join(folder, 'report.html')
  writeFileSync(file, await htmlPage(sample, { folder: sampleFolder }))
  const open = (hash = '', width = 1200): Promise<Opened> => openPage(browser, pathToFileURL(file).href + hash, width)

  t.test('it opens without a request, an error or an alert, and shows the hostile agent name as text', async (t) => {
    const { page, events } = await open()
    t.strictSame(events, [])
    t.equal(await page.locator('.agent').textContent(), visible(sample.started.subject.agent ?? ''))
    t.equal(await page.locator('.case').count(), sample.cases.length)
    t.match(await page.locator('.result').textContent(), /The run itself failed/)
    await page.close()
  })

  t.test(
    'the filter finds a requirement, a chip a verdict, a cell of the matrix both, and Escape brings all back',
    async (t) => {
      const { page } = await open()
      const shown = (): Promise<number> => page.locator('.case:not([hidden])').count()
      await page.keyboard.press('/')
      await page.keyboard.type('mss-frame-1')
      t.equal(await shown(), 1)
      await page.keyboard.type(' nowhere')
      t.equal(await shown(), 0)
      t.ok(await page.locator('#nothing').isVisible())
      await page.keyboard.press('Escape')
      t.equal(await shown(), sample.cases.length)
      await page.locator('.chip[data-verdict="fail"]').click()
      t.equal(await shown(), sample.cases.filter((finished) => finished.verdict === 'fail').length)
      await page.keyboard.press('Escape')
      await page.locator('[data-pick-protocol="multistream-select"][data-pick-verdict="fail"]').click()
      t.equal(await shown(), 2)
      t.match(await page.locator('#shown').textContent(), /2 of \d+ cases of multistream-select/)
      await page.keyboard.press('Escape')
      await page.locator('#only-differing').click()
      t.equal(await shown(), 6)
      await page.close()
    },
  )

  t.test(
    'a link to a case opens it: requirement with its place, steps, evidence in hex, and the walked edge lit',
    async (t) => {
      const { page, events } = await open(`#${anchor}`)
      const one = page.locator(`#${anchor}`)
      t.not(await one.getAttribute('open'), null)
      const text = (await one.textContent()) ?? ''
      t.match(text, failing)
      t.match(text, /MSS-FRAME-1/)
      t.match(text, /README\.md#protocol/)
      t.match(text, /13 2f 6d 75 6c 74 69 73/, 'the header in hex')
      t.match(text, /without the suffix that ends it/)
      t.equal(await one.locator('.here .arrow.last').count(), 1)
      t.equal(await one.locator('.here text.on').textContent(), 'recv.malformed')
      t.equal(await one.locator('.here .arrow.lit').count(), 2, 'start and the header led there')
      t.strictSame(events, [])
      await page.close()
    },
  )

  t.test('the keyboard goes from case to case and opens one', async (t) => {
    const { page } = await open()
    const focused = (): Promise<unknown> => page.evaluate(`document.activeElement.querySelector('.id')?.textContent`)
    await page.keyboard.press('j')
    t.equal(await focused(), sample.cases[0]?.id)
    await page.keyboard.press('j')
    t.equal(await focused(), sample.cases[1]?.id)
    await page.keyboard.press('k')
    await page.keyboard.press('Enter')
    t.equal(await page.locator('.case[open]').count(), 1)
    await page.close()
  })

  t.test('a phone scrolls down, never sideways', async (t) => {
    const { page } = await open(`#${anchor}`, 360)
    t.equal(await page.evaluate('document.documentElement.scrollWidth'), 360)
    await page.close()
  })

  t.test('a browser reads the JUnit file as XML, whatever a peer calls itself', async (t) => {
    const page = await browser.newPage()
    const fault = (xml: string): Promise<unknown> =>
      page.evaluate(
        `new DOMParser().parseFromString(${JSON.stringify(xml)}, 'application/xml').querySelector('parsererror')?.textContent ?? null`,
      )
    await fc.assert(
      fc.asyncProperty(anyRecord, async (record: RunRecord) => (await fault(junit(record))) === null),
      { numRuns: 40 },
    )
    t.equal(await fault(junit(sample)), null)
    t.type(await fault('<a>'), 'string', 'and would tell a broken one')
    await page.close()
  })
})

interface Opened {
  readonly page: Page
  /** Requests, script errors and dialogs: there must be none. */
  readonly events: readonly string[]
}

async function openPage(browser: Browser, url: string, width: number): Promise<Opened> {
  const page = await browser.newPage({ viewport: { width, height: 900 } })
  const events: string[] = []
  page.on('pageerror', (error) => events.push(`error: ${error.message}`))
  page.on('console', (message) => events.push(`console: ${message.text()}`))
  page.on('dialog', (dialog) => {
    events.push(`dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  page.on('request', (request) => {
    const wanted = request.url().split('#')[0]
    if (wanted !== url.split('#')[0] && wanted !== 'data:,') events.push(`request: ${request.url()}`)
  })
  await page.goto(url)
  return { page, events }
}
