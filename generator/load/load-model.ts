import { readdirSync, readFileSync } from 'node:fs'
import type { Dirent } from 'node:fs'
import { join } from 'node:path'
import type { Model, Protocol, SpecRecord, SpecText } from '../model/model.ts'
import type { SpecFiles } from '../model/spec-types.ts'
import { nearestName } from './nearest-name.ts'
import type { Problem } from './problem.ts'
import { compareText, SpecFailure, sortProblems } from './problem.ts'
import type { SpecFile } from './spec-file.ts'
import { parseYaml, sha256Hex } from './spec-file.ts'
import type { Format } from './validate.ts'
import { validate } from './validate.ts'

/**
 * Reads and checks `<root>/spec`; throws a SpecFailure with every problem of every file.
 * `only` reads these protocols and what all share, for a quick run on one of them.
 */
export function loadModel(root: string, only: readonly string[] = []): Model {
  const problems: Problem[] = []
  const reader = new SpecReader(root, problems)
  const all = only.length === 0
  const protocols = (all ? reader.folders('spec/protocols') : reader.known(only)).map((name) => reader.protocol(name))
  const records = all ? reader.folders('spec/records').map((name) => reader.record(name)) : []
  const interfaces = (all ? reader.files('spec/interfaces', '.yaml') : [])
    .map((name) => reader.yaml(`spec/interfaces/${name}`, 'interface'))
    .filter((file) => file !== undefined)
  const model: Model = {
    protocols,
    records,
    interfaces,
    limits: reader.yaml('spec/common/limits.yaml', 'limits'),
    errors: reader.yaml('spec/common/errors.yaml', 'errors'),
    framings: reader.yaml('spec/common/framings.yaml', 'framings'),
    lock: reader.yaml('spec/upstream.lock.yaml', 'lock'),
  }
  if (problems.length > 0) throw new SpecFailure(sortProblems(problems))
  return model
}

class SpecReader {
  readonly #root: string
  readonly #problems: Problem[]

  constructor(root: string, problems: Problem[]) {
    this.#root = root
    this.#problems = problems
  }

  protocol(name: string): Protocol {
    const folder = `spec/protocols/${name}`
    return {
      name,
      folder,
      machine: this.#named(name, this.yaml(`${folder}/machine.yaml`, 'machine')),
      layout: this.#named(name, this.yaml(`${folder}/layout.yaml`, 'layout')),
      requirements: this.yaml(`${folder}/requirements.yaml`, 'requirements'),
      vectors: this.yaml(`${folder}/vectors.yaml`, 'vectors'),
      protos: this.#protos(folder),
    }
  }

  record(name: string): SpecRecord {
    const folder = `spec/records/${name}`
    return {
      name,
      folder,
      record: this.#named(name, this.yaml(`${folder}/record.yaml`, 'record')),
      layout: this.yaml(`${folder}/layout.yaml`, 'layout'),
      requirements: this.yaml(`${folder}/requirements.yaml`, 'requirements'),
      vectors: this.yaml(`${folder}/vectors.yaml`, 'vectors'),
      protos: this.#protos(folder),
    }
  }

  /** The named folders of spec/protocols, sorted; a SpecFailure where one is missing. */
  known(names: readonly string[]): readonly string[] {
    const folders = this.folders('spec/protocols')
    const missing = names.filter((name) => !folders.includes(name))
    if (missing.length > 0) {
      throw new SpecFailure(
        missing.map((name) => ({
          file: 'spec/protocols',
          line: 1,
          column: 1,
          message: `there is no protocol \`${name}\``,
          fix: `${nearestName(name, folders)}Protocols: ${folders.join(', ')}.`,
        })),
      )
    }
    return folders.filter((name) => names.includes(name))
  }

  folders(path: string): readonly string[] {
    return this.#entries(path)
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name)
  }

  files(path: string, ending: string): readonly string[] {
    return this.#entries(path)
      .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
      .map((entry) => entry.name)
  }

  /** Undefined where the file is missing or at fault; a fault is noted. */
  yaml<F extends Format>(path: string, format: F): SpecFile<SpecFiles[F]> | undefined {
    const bytes = this.#read(path)
    if (bytes === undefined) return undefined
    const { file, problems } = parseYaml(path, bytes)
    const found = problems.length > 0 ? problems : validate(file, format)
    if (found.length > 0) {
      this.#problems.push(...found)
      return undefined
    }
    // The schema of this format has accepted the data, and the type is made from that schema.
    return file as SpecFile<SpecFiles[F]>
  }

  #named<T extends { readonly id: string }>(folder: string, file: SpecFile<T> | undefined): SpecFile<T> | undefined {
    if (file !== undefined && file.data.id !== folder) {
      this.#problems.push({
        ...file.positionOf(['id']),
        message: `\`id\` is \`${file.data.id}\`, the folder is \`${folder}\``,
        fix: `Write \`id: ${folder}\`, or rename the folder: one name in every room.`,
      })
    }
    return file
  }

  #protos(folder: string): readonly SpecText[] {
    return this.files(folder, '.proto').map((name) => {
      const path = `${folder}/${name}`
      const bytes = this.#read(path) ?? new Uint8Array()
      return { path, name, sha256: sha256Hex(bytes), text: new TextDecoder().decode(bytes) }
    })
  }

  #entries(path: string): readonly Dirent[] {
    try {
      return readdirSync(join(this.#root, path), { withFileTypes: true }).sort((a, b) => compareText(a.name, b.name))
    } catch (error) {
      if (isMissing(error)) return []
      throw error
    }
  }

  #read(path: string): Uint8Array | undefined {
    try {
      return readFileSync(join(this.#root, path))
    } catch (error) {
      if (isMissing(error)) return undefined
      throw error
    }
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')
}
