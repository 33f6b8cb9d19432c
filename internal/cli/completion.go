package cli

import (
	"fmt"
	"strings"

	"github.com/alecthomas/kong"
)

type completionCmd struct {
	Shell string `arg:"" help:"bash, zsh or fish." enum:"bash,zsh,fish"`
}

// Help gives an example.
func (completionCmd) Help() string {
	return "Example:\n  bellwether completion bash > /etc/bash_completion.d/bellwether"
}

// Run prints a script made from the verbs and flags that exist.
func (c completionCmd) Run(s *session, k *kong.Kong) error {
	words := map[string][]string{"": append(children(k.Model.Node), flags(k.Model.Node)...)}
	for _, n := range k.Model.Children {
		words[n.Name] = append(append(children(n), flags(n)...), flags(k.Model.Node)...)
	}
	var b strings.Builder
	switch c.Shell {
	case "fish":
		for _, n := range k.Model.Children {
			fmt.Fprintf(&b, "complete -c bellwether -n __fish_use_subcommand -a %s -d '%s'\n", n.Name, strings.ReplaceAll(n.Help, "'", ""))
			for _, w := range words[n.Name] {
				if long, ok := strings.CutPrefix(w, "--"); ok {
					fmt.Fprintf(&b, "complete -c bellwether -n '__fish_seen_subcommand_from %s' -l %s\n", n.Name, long)
				} else {
					fmt.Fprintf(&b, "complete -c bellwether -n '__fish_seen_subcommand_from %s' -a %s\n", n.Name, w)
				}
			}
		}
	default:
		if c.Shell == "zsh" {
			b.WriteString("autoload -U +X bashcompinit && bashcompinit\n")
		}
		b.WriteString("_bellwether() {\n  local cur=\"${COMP_WORDS[COMP_CWORD]}\" verb=\"${COMP_WORDS[1]}\" words\n  [ \"$COMP_CWORD\" -eq 1 ] && verb=\"\"\n  case \"$verb\" in\n")
		for _, n := range k.Model.Children {
			fmt.Fprintf(&b, "    %s) words=\"%s\" ;;\n", n.Name, strings.Join(words[n.Name], " "))
		}
		fmt.Fprintf(&b, "    *) words=\"%s\" ;;\n  esac\n  COMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n}\ncomplete -o default -F _bellwether bellwether\n", strings.Join(words[""], " "))
	}
	_, err := fmt.Fprint(s.Stdout, b.String())
	return err
}

func children(n *kong.Node) []string {
	var out []string
	for _, c := range n.Children {
		out = append(out, c.Name)
	}
	return out
}

func flags(n *kong.Node) []string {
	var out []string
	for _, f := range n.Flags {
		out = append(out, "--"+f.Name)
	}
	return out
}
