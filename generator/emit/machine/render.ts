import { IndentationText, Project, QuoteKind, StructureKind, VariableDeclarationKind } from 'ts-morph'
import type { StatementStructures } from 'ts-morph'
import type { ConstantPool } from './constant-pool.ts'

let project: Project | undefined

/** One createSourceFile with all structures: text goes in once and comes out once. */
export function render(statements: readonly StatementStructures[]): string {
  project ??= new Project({
    useInMemoryFileSystem: true,
    skipLoadingLibFiles: true,
    manipulationSettings: { indentationText: IndentationText.TwoSpaces, quoteKind: QuoteKind.Single },
  })
  const file = project.createSourceFile('/file.ts', { statements: [...statements] }, { overwrite: true })
  return `\n${tidied(file.getFullText())}`
}

export function constant(
  name: string,
  type: string,
  initializer: string,
): Extract<StatementStructures, { kind: StructureKind.VariableStatement }> {
  return {
    kind: StructureKind.VariableStatement,
    declarationKind: VariableDeclarationKind.Const,
    declarations: [{ name, initializer, ...(type === '' ? {} : { type }) }],
  }
}

export function poolStatements(pool: ConstantPool): readonly StatementStructures[] {
  return pool.declarations.map(({ name, type, text }) => constant(name, type, text))
}

/** ts-morph indents what follows the first line. */
export function objectText(members: readonly string[]): string {
  return members.length === 0 ? '{}' : `{\n${members.map((member) => `${member},\n`).join('')}}`
}

/** The printer leaves a blank behind `=` and hangs the closing brace of a constant. */
function tidied(text: string): string {
  return text
    .trimStart()
    .replaceAll(' = \n', ' =\n')
    .replaceAll(/^((?:export )?const [^\n]*\{\n(?: {2}[^\n]*\n)*?) {2}(\}(?: as const)?;)$/gm, '$1$2')
}
