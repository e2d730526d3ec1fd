import type { Command } from 'commander'
import { UsageFailure } from '../usage-failure.ts'

/** `p2pspec report <run folder>`: the reports of a run again, from its events. */
export function addReportCommand(program: Command): void {
  program
    .command('report')
    .argument('<run folder>', 'holds events.jsonl, as `p2pspec check` left it')
    .option('--formats <list>', 'html, junit, tap, json, badge, annotated', 'html,junit,tap,json,badge,annotated')
    .description('write the reports of a run again, from its events')
    .action(async (folder: string, options: { readonly formats: string }) => {
      const { reportFormats, summaryText, writeReports } = await import('@p2pspec/conformance/report/reporters')
      const { readRun } = await import('@p2pspec/conformance/report/run-record')
      const wanted = options.formats.split(',').map((format) => format.trim())
      const unknown = wanted.filter((format) => !reportFormats.some((known) => known === format))
      if (unknown.length > 0)
        throw new UsageFailure(`unknown report format ${unknown.join(', ')}: choose from ${reportFormats.join(', ')}`)
      const record = readRun(folder)
      const files = await writeReports(
        record,
        reportFormats.filter((format) => wanted.includes(format)),
        folder,
      )
      process.stdout.write(summaryText(record, files))
      process.exitCode = record.finished?.exitCode ?? 2
    })
}
