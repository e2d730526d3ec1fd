//! The servers of the stream protocols, and what their clients share with them.

use std::io;

use futures::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use libp2p::swarm::{Stream, StreamProtocol};

use crate::streams::{ECHO, GREET, GREETING, PERF, RESET, STALL};

const CHUNK_BYTES: usize = 64 << 10;
static ZEROS: [u8; CHUNK_BYTES] = [0; CHUNK_BYTES];

pub async fn serve(name: StreamProtocol, stream: Stream) {
    let served = match &name {
        name if *name == ECHO => echo(stream).await,
        name if *name == PERF => perf(stream).await,
        name if *name == GREET => greet(stream).await,
        name if *name == RESET => reset(stream).await,
        name if *name == STALL => stall(stream).await,
        // What is served only so that identify has something to push.
        _ => Ok(()),
    };
    if let Err(error) = served {
        eprintln!("{name}: {error}");
    }
}

/// Sends back what arrives; ends its side when the remote has ended.
async fn echo(mut stream: Stream) -> io::Result<()> {
    let mut buffer = [0; 4 << 10];
    loop {
        let size = stream.read(&mut buffer).await?;
        if size == 0 {
            return stream.close().await;
        }
        stream.write_all(&buffer[..size]).await?;
        stream.flush().await?;
    }
}

/// The perf protocol's server: eight bytes say how much to send once the remote has ended.
async fn perf(mut stream: Stream) -> io::Result<()> {
    let mut header = [0; 8];
    stream.read_exact(&mut header).await?;
    drain(&mut stream).await?;
    send_zeros(&mut stream, u64::from_be_bytes(header)).await?;
    stream.close().await
}

/// Ends its own side first.
async fn greet(mut stream: Stream) -> io::Result<()> {
    stream.write_all(GREETING).await?;
    stream.close().await?;
    drain(&mut stream).await.map(drop)
}

/// A stream that is dropped before its end is reset.
async fn reset(mut stream: Stream) -> io::Result<()> {
    stream.read_exact(&mut [0]).await
}

/// Never reads, and never ends.
async fn stall(stream: Stream) -> io::Result<()> {
    let _held = stream;
    std::future::pending().await
}

/// Reads to the end; how many bytes there were.
pub async fn drain(stream: &mut (impl AsyncRead + Unpin)) -> io::Result<u64> {
    let mut buffer = vec![0; CHUNK_BYTES];
    let mut total = 0;
    loop {
        match stream.read(&mut buffer).await? {
            0 => return Ok(total),
            size => total += size as u64,
        }
    }
}

pub async fn send_zeros(stream: &mut (impl AsyncWrite + Unpin), total: u64) -> io::Result<()> {
    let mut left = total;
    while left > 0 {
        let size = left.min(CHUNK_BYTES as u64);
        stream.write_all(&ZEROS[..size as usize]).await?;
        left -= size;
    }
    stream.flush().await
}
