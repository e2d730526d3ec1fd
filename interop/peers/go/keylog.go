package main

import (
	"io"
	"os"
)

// keyFile takes secrets of TLS sessions, one a line, for who reads a capture. Both sides of a meeting may write to the
// same one; it is made with its first line.
type keyFile string

// keyLog is the file that SSLKEYLOGFILE names, nil without it.
func keyLog() io.Writer {
	if name := os.Getenv("SSLKEYLOGFILE"); name != "" {
		return keyFile(name)
	}
	return nil
}

func (name keyFile) Write(line []byte) (int, error) {
	file, err := os.OpenFile(string(name), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return 0, err
	}
	defer file.Close()
	return file.Write(line)
}
