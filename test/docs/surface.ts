/** What the package exports, as its declarations have it: names, members, and what is said of them. */
import { readFileSync } from 'node:fs';
import ts from 'typescript';

/** An export. What is declared in parts, such as overloads, has the comments of all. */
export interface Export {
  readonly name: string;
  readonly kind: 'class' | 'function' | 'type' | 'value';
  readonly comments: string;
  /** Names: of a class or an interface, without those that are symbols. */
  readonly members: readonly string[];
  /** Of a namespace. */
  readonly parts?: readonly Export[];
}

/** Reads `index.d.ts` in `dist`, and what that exports from other files. */
export function surfaceOf(dist: URL): readonly Export[] {
  return exportsOf(new URL('index.d.ts', dist));
}

function exportsOf(index: URL): Export[] {
  return parse(index).statements.flatMap((statement) => {
    if (!ts.isExportDeclaration(statement)) return [];
    const { exportClause, moduleSpecifier } = statement;
    const from = (moduleSpecifier as ts.StringLiteral).text.replace(/\.ts$/, '.d.ts');
    const file = new URL(from, index);
    if (!exportClause) return exportsOf(file); // export *
    if (ts.isNamespaceExport(exportClause)) {
      const parts = exportsOf(file);
      const comments = parts.map(({ comments }) => comments).join('\n');
      const members = parts.map(({ name }) => name);
      return [{ name: exportClause.name.text, kind: 'value', comments, members, parts }];
    }
    const { statements } = parse(file);
    return exportClause.elements.map(({ name }) =>
      exportOf(
        name.text,
        statements.filter((part) => namesOf(part).includes(name.text)),
      ),
    );
  });
}

function parse(file: URL): ts.SourceFile {
  return ts.createSourceFile(file.href, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
}

function namesOf(statement: ts.Statement): string[] {
  if (ts.isVariableStatement(statement))
    return statement.declarationList.declarations.map(({ name }) => name.getText());
  const { name } = statement as { name?: ts.Node };
  return name && ts.isIdentifier(name) ? [name.text] : [];
}

function exportOf(name: string, parts: readonly ts.Statement[]): Export {
  const comments = parts.flatMap((part) => ts.getJSDocCommentsAndTags(part));
  return {
    name,
    kind: kindOf(parts.find(ts.isClassDeclaration) ?? parts[0]!), // an interface may add to a class
    comments: comments.map((comment) => comment.getText()).join('\n'),
    members: membersOf(parts),
  };
}

function kindOf(part: ts.Statement): Export['kind'] {
  if (ts.isClassDeclaration(part)) return 'class';
  if (ts.isFunctionDeclaration(part)) return 'function';
  return ts.isVariableStatement(part) ? 'value' : 'type';
}

function membersOf(parts: readonly ts.Statement[]): string[] {
  const names = parts.flatMap((part) =>
    ts.isClassDeclaration(part) || ts.isInterfaceDeclaration(part)
      ? part.members.map(({ name }) => (name && ts.isIdentifier(name) ? name.text : ''))
      : [],
  );
  return [...new Set(names)].filter(Boolean);
}
