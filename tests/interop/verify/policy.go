package main

import (
	"encoding/base64"
	"fmt"
	"os"
	"strings"
)

// Key types of C2SP signed-note; the byte before the public key.
const (
	typeEd25519     = 1
	typeECDSA       = 2
	typeCosignature = 4
	typeMLDSA       = 6
)

// policy is the policy file, taken apart no further than its keys: what they mean is for the libraries to say.
type policy struct {
	logs      []string // vkeys
	witnesses []string // vkeys
	// standard is the file without the one line that C2SP tlog-policy does not have.
	standard []byte
}

func readPolicy(path string) (*policy, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	read := &policy{}
	var standard []string
	for line := range strings.Lines(string(text)) {
		switch fields := strings.Fields(line); {
		case len(fields) > 1 && fields[0] == "log":
			read.logs = append(read.logs, fields[1])
		case len(fields) > 2 && fields[0] == "witness":
			read.witnesses = append(read.witnesses, fields[2])
		case len(fields) > 0 && fields[0] == "first-entry":
			continue
		}
		standard = append(standard, line)
	}
	if len(read.logs) == 0 {
		return nil, fmt.Errorf("%s names no log", path)
	}
	read.standard = []byte(strings.Join(standard, ""))
	return read, nil
}

// origin is the name that the log's keys share.
func (p *policy) origin() string {
	name, _, _ := strings.Cut(p.logs[0], "+")
	return name
}

// ofType returns the vkeys whose type byte is one of types.
func ofType(vkeys []string, types ...byte) []string {
	var found []string
	for _, vkey := range vkeys {
		parts := strings.SplitN(vkey, "+", 3)
		if len(parts) != 3 {
			continue
		}
		key, err := base64.StdEncoding.DecodeString(parts[2])
		if err == nil && len(key) > 0 && strings.IndexByte(string(types), key[0]) >= 0 {
			found = append(found, vkey)
		}
	}
	return found
}
