// Cosign puts an Ed25519 and an ML-DSA-44 cosignature of github.com/transparency-dev/formats below a checkpoint.
//
//	cosign -name NAME < CHECKPOINT
//
// It prints one line `vkey <vkey>` for each of its two fresh keys, an empty line, and the checkpoint with their lines.
package main

import (
	"flag"
	"fmt"
	"io"
	"log"
	"os"

	keys "github.com/transparency-dev/formats/note"
	"golang.org/x/mod/sumdb/note"
)

func main() {
	name := flag.String("name", "", "name of the cosigner")
	flag.Parse()
	signed, err := io.ReadAll(os.Stdin)
	if err != nil {
		log.Fatal(err)
	}
	cosigned, err := cosign(signed, *name)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("\n%s", cosigned)
}

func cosign(signed []byte, name string) ([]byte, error) {
	signers, err := freshSigners(name)
	if err != nil {
		return nil, err
	}
	// No key of the log is known here: its line is carried along unread, as a cosigner's own is added below it.
	_, err = note.Open(signed, note.VerifierList())
	unread, isUnread := err.(*note.UnverifiedNoteError)
	if !isUnread {
		return nil, fmt.Errorf("not a note: %w", err)
	}
	return note.Sign(unread.Note, signers...)
}

func freshSigners(name string) ([]note.Signer, error) {
	private, plain, err := note.GenerateKey(nil, name)
	if err != nil {
		return nil, err
	}
	public, err := keys.VKeyToCosignatureV1(plain)
	if err != nil {
		return nil, err
	}
	privateMLDSA, publicMLDSA, err := keys.GenerateMLDSAKey(name)
	if err != nil {
		return nil, err
	}
	var signers []note.Signer
	for _, key := range []string{private, privateMLDSA} {
		signer, err := keys.NewSignerForCosignatureV1(key)
		if err != nil {
			return nil, err
		}
		signers = append(signers, signer)
	}
	fmt.Printf("vkey %s\nvkey %s\n", public, publicMLDSA)
	return signers, nil
}
