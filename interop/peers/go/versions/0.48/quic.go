package main

import (
	"io"

	"github.com/libp2p/go-libp2p"
	quic "github.com/libp2p/go-libp2p/p2p/transport/quic"
)

// quicTransport cannot be told of a key log in this version.
func quicTransport(io.Writer) libp2p.Option {
	return libp2p.Transport(quic.NewTransport)
}
