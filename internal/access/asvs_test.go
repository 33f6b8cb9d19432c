package access

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// asvs gives the last number of each section of ASVS 5.0.0 of levels 1 and 2 as "chapter.section: level of each requirement in its order",
// with 3 for those of level 3, which are left out. 70 are of level 1 and 183 of level 2.
const asvs = `1.1:22 1.2:1111122223 1.3:112222222223 1.4:222 1.5:123
2.1:122 2.2:112 2.3:12223 2.4:23
3.1:3 3.2:113 3.3:12223 3.4:11222233 3.5:11122333 3.6:3 3.7:22333
4.1:12233 4.2:23333 4.3:22 4.4:1222
5.1:2 5.2:112333 5.3:113 5.4:222
6.1:122 6.2:111111112222 6.3:11223333 6.4:112233 6.5:22222333 6.6:2223 6.7:33 6.8:2222
7.1:222 7.2:1111 7.3:22 7.4:11222 7.5:223 7.6:22
8.1:1233 8.2:1123 8.3:133 8.4:23
9.1:111 9.2:1222
10.1:22 10.2:223 10.3:22223 10.4:1111122222233333 10.5:22222 10.6:22 10.7:222
11.1:2233 11.2:22233 11.3:11233 11.4:1222 11.5:23 11.6:23 11.7:33
12.1:12233 12.2:11 12.3:22223
13.1:2333 13.2:222223 13.3:2233 13.4:1222233
14.1:22 14.2:12223333 14.3:122
15.1:12233 15.2:12233 15.3:1222222 15.4:3333
16.1:2 16.2:22222 16.3:2222 16.4:222 16.5:2223
17.1:23 17.2:22223333 17.3:22`

var (
	asvsRow  = regexp.MustCompile(`^\| (\d+\.\d+\.\d+) \| ([123]) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$`)
	docNamed = regexp.MustCompile(`\b(?:docs|internal|dashboard|deploy|casework|ingest|transform|cmd)/[A-Za-z0-9_./-]*[A-Za-z0-9]`)
)

// TestTheASVSChecklistIsWhole: every requirement of levels 1 and 2 stands once in docs/trust/asvs.md with its level, a status and what shows
// it; what doesn't apply and what is met in part says why, and every place that is named exists. That tests exist is
// TestPapersNameTestsThatExist's.
func TestTheASVSChecklistIsWhole(t *testing.T) {
	want := map[string]string{}
	for _, section := range strings.Fields(asvs) {
		name, levels, _ := strings.Cut(section, ":")
		for i, level := range levels {
			if level != '3' {
				want[fmt.Sprintf("%s.%d", name, i+1)] = string(level)
			}
		}
	}
	if len(want) != 253 {
		t.Fatalf("the list has %d requirements", len(want))
	}
	root := filepath.Join("..", "..")
	src, err := os.ReadFile(filepath.Join(root, "docs", "trust", "asvs.md"))
	if err != nil {
		t.Fatal(err)
	}
	count := map[string]int{}
	for n, line := range strings.Split(string(src), "\n") {
		if !strings.HasPrefix(line, "| ") || !strings.ContainsAny(line[2:3], "0123456789") {
			continue
		}
		m := asvsRow.FindStringSubmatch(line)
		if m == nil {
			t.Errorf("line %d is no row of five cells", n+1)
			continue
		}
		id, level, status, shown := m[1], m[2], strings.TrimSpace(m[4]), m[5]
		if want[id] != level {
			t.Errorf("line %d: %s is of level %q, stands twice, or is no requirement of level 1 or 2", n+1, id, want[id])
		}
		delete(want, id)
		count[status]++
		if !slices.Contains([]string{"met", "met in part", "open", "does not apply"}, status) || strings.TrimSpace(shown) == "" {
			t.Errorf("line %d: status %q, shown by %q", n+1, status, shown)
		}
		for _, place := range docNamed.FindAllString(shown, -1) {
			if _, err := os.Stat(filepath.Join(root, place)); err != nil {
				t.Errorf("line %d names %s, which is not there", n+1, place)
			}
		}
	}
	for id := range want {
		t.Errorf("%s is missing", id)
	}
	for _, status := range []string{"met", "met in part", "open", "does not apply"} {
		if says := fmt.Sprintf("| %s | %d |", status, count[status]); !strings.Contains(string(src), says) {
			t.Errorf("the summary lacks %q", says)
		}
	}
}

// program walks the Go files of the program: no tests, no tools of the house, no packages that only tests use.
func program(t *testing.T, visit func(path string, file *ast.File, fset *token.FileSet)) {
	t.Helper()
	root := filepath.Join("..", "..")
	files := 0
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if name := d.Name(); name == "node_modules" || name == "scripts" || name == "sample-data" || strings.HasPrefix(name, ".git") || strings.HasSuffix(name, "test") {
				return fs.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		files++
		visit(path, file, fset)
		return nil
	})
	if err != nil || files < 300 {
		t.Fatalf("%d files: %v", files, err)
	}
}

// TestTheProgramStartsNoOther: nothing that comes in can become a command. The one process that is begun is this very program's, in one place,
// with words that are written there.
func TestTheProgramStartsNoOther(t *testing.T) {
	const place = "internal/cli/scheduled.go"
	begun := 0
	program(t, func(path string, file *ast.File, fset *token.FileSet) {
		for _, i := range file.Imports {
			if i.Path.Value == `"plugin"` {
				t.Errorf("%s imports %s", path, i.Path.Value)
			}
		}
		ast.Inspect(file, func(n ast.Node) bool {
			name, is := n.(*ast.SelectorExpr)
			if !is {
				return true
			}
			pkg, is := name.X.(*ast.Ident)
			if !is {
				return true
			}
			switch pkg.Name + "." + name.Sel.Name {
			case "exec.Command", "exec.CommandContext":
				if begun++; !strings.HasSuffix(path, place) {
					t.Errorf("%s begins a process", fset.Position(n.Pos()))
				}
			case "os.StartProcess", "syscall.Exec", "syscall.ForkExec", "syscall.StartProcess", "unix.Exec":
				t.Errorf("%s begins a process", fset.Position(n.Pos()))
			}
			return true
		})
		ast.Inspect(file, func(n ast.Node) bool {
			if made, is := n.(*ast.CompositeLit); is {
				if name, is := made.Type.(*ast.SelectorExpr); is && name.Sel.Name == "Cmd" {
					t.Errorf("%s makes a command", fset.Position(n.Pos()))
				}
			}
			return true
		})
		if strings.HasSuffix(path, place) {
			startsItself(t, file, fset)
		}
	})
	if begun != 1 {
		t.Errorf("%d processes are begun, not one", begun)
	}
}

// startsItself holds that a file names no program but the one that runs, and adds no word that is not written in the code.
func startsItself(t *testing.T, file *ast.File, fset *token.FileSet) {
	t.Helper()
	named := 0
	ast.Inspect(file, func(n ast.Node) bool {
		switch x := n.(type) {
		case *ast.AssignStmt:
			for i, to := range x.Lhs {
				if to, is := to.(*ast.Ident); is && to.Name == "program" {
					from := x.Rhs[min(i, len(x.Rhs)-1)]
					if is := func(what, name string) bool {
						if call, is := from.(*ast.CallExpr); is {
							from = call.Fun
						}
						switch f := from.(type) {
						case *ast.Ident:
							return what == "" && f.Name == name
						case *ast.SelectorExpr:
							pkg, is := f.X.(*ast.Ident)
							return is && pkg.Name == what && f.Sel.Name == name
						}
						return false
					}; !is("", "itself") && !is("os", "Executable") {
						t.Errorf("%s: another program is named", fset.Position(x.Pos()))
					}
					named++
				}
			}
		case *ast.CallExpr:
			switch f := x.Fun.(type) {
			case *ast.Ident:
				if f.Name == "append" && !constant(x.Args[len(x.Args)-1]) {
					t.Errorf("%s: a word that is not written there", fset.Position(x.Pos()))
				}
			case *ast.SelectorExpr:
				if pkg, is := f.X.(*ast.Ident); is && pkg.Name == "exec" {
					if p, is := x.Args[1].(*ast.Ident); !is || p.Name != "program" {
						t.Errorf("%s: another program is begun", fset.Position(x.Pos()))
					}
				}
			}
		}
		return true
	})
	if named != 2 {
		t.Errorf("%s: the program is named %d times, not twice", fset.Position(file.Pos()), named)
	}
}

// TestNoPatternIsBuilt: every regular expression is written in the code, so that no input is one.
func TestNoPatternIsBuilt(t *testing.T) {
	patterns := 0
	program(t, func(file string, tree *ast.File, fset *token.FileSet) {
		ast.Inspect(tree, func(n ast.Node) bool {
			call, is := n.(*ast.CallExpr)
			if !is || len(call.Args) == 0 {
				return true
			}
			name, is := call.Fun.(*ast.SelectorExpr)
			if !is {
				return true
			}
			if pkg, is := name.X.(*ast.Ident); !is || pkg.Name != "regexp" || !strings.Contains(name.Sel.Name, "Compile") && !strings.HasPrefix(name.Sel.Name, "Match") {
				return true
			}
			patterns++
			if !constant(call.Args[0]) && !strings.HasSuffix(file, "ingest/contract/field.go") { // whose pattern is an embedded contract's own
				t.Errorf("%s builds a pattern", fset.Position(call.Pos()))
			}
			return true
		})
	})
	if patterns < 20 {
		t.Errorf("only %d patterns were found", patterns)
	}
}

// constant says whether an expression is text written in the code, perhaps in parts.
func constant(e ast.Expr) bool {
	switch x := e.(type) {
	case *ast.BasicLit:
		return x.Kind == token.STRING
	case *ast.BinaryExpr:
		return constant(x.X) && constant(x.Y)
	}
	return false
}
