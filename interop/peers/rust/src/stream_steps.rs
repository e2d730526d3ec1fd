//! The steps of the streams scenario.

use std::{future::Future, time::Instant};

use futures::{
    future::{join_all, poll_immediate},
    AsyncReadExt, AsyncWriteExt,
};
use libp2p::swarm::Stream;
use serde_json::json;

use crate::{
    contract::number,
    node::Connection,
    result::Document,
    setup::{self, Muxer},
    streams::{ECHO, GREET, GREETING, RESET, STALL},
    work::transfer,
    Failure,
};

const PAYLOAD: [u8; 32] = [7; 32];
static CHUNK: [u8; 64 << 10] = [0; 64 << 10];
const ECHOES_WHILE_HELD_BACK: usize = 200;
const UNBOUNDED_BYTES: usize = 64 << 20;

/// Runs every step, also after one that failed.
pub async fn run(connection: &Connection) -> Result<(Document, bool), Failure> {
    let mut failed = false;
    let mut state = |result: Result<(), Failure>| match result {
        Ok(()) => "ok".to_string(),
        Err(error) => {
            failed = true;
            error.to_string()
        }
    };
    let mut document = Document::new()
        .plain("half_close", state(echo_once(connection).await))
        .plain(
            "half_close_remote",
            state(half_close_of_remote(connection).await),
        )
        .plain(
            "reset_by_listener",
            state(reset_by_listener(connection).await),
        )
        .plain("reset_by_dialer", state(reset_by_dialer(connection).await));
    let (pressure, accepted) = back_pressure(connection).await;
    // A stream of mplex that is not read is reset: there is nothing to hold it back by.
    let mplex = matches!(setup::chosen().muxer, Muxer::Mplex);
    document = match pressure {
        Err(error) if mplex && error.to_string() == "reset" => {
            document.plain("back_pressure", "reset")
        }
        other => document.plain("back_pressure", state(other)),
    };
    let (count, at_once) = (number("STREAMS", 1000)?, number("STREAMS_AT_ONCE", 100)?);
    let mut seconds = [0.0; 2];
    document = document
        .plain("back_pressure_accepted_bytes", accepted)
        .plain(
            "many",
            state(many_streams(connection, count as usize, at_once as usize).await),
        )
        .plain(
            "large",
            state(large(connection, number("LARGE_BYTES", 64 << 20)?, &mut seconds).await),
        )
        .plain("large_up_seconds", json!(seconds[0]))
        .plain("large_down_seconds", json!(seconds[1]));
    Ok((document, failed))
}

async fn echo_once(connection: &Connection) -> Result<(), Failure> {
    let mut stream = connection.streams.open(ECHO).await?;
    stream.write_all(&PAYLOAD).await?;
    finish_echo(&mut stream).await
}

async fn finish_echo(stream: &mut Stream) -> Result<(), Failure> {
    stream.close().await?;
    let mut received = Vec::new();
    stream.read_to_end(&mut received).await?;
    match received == PAYLOAD {
        true => Ok(()),
        false => Err(format!(
            "the echo of {} bytes was {} bytes, or others",
            PAYLOAD.len(),
            received.len()
        )
        .into()),
    }
}

async fn half_close_of_remote(connection: &Connection) -> Result<(), Failure> {
    let mut stream = connection.streams.open(GREET).await?;
    // The proposal of the protocol is sent with the first write or flush.
    stream.flush().await?;
    let mut received = Vec::new();
    stream.read_to_end(&mut received).await?;
    if received != GREETING {
        return Err(format!("the greeting was '{}'", String::from_utf8_lossy(&received)).into());
    }
    stream.write_all(&CHUNK).await?;
    stream.close().await?;
    Ok(())
}

async fn reset_by_listener(connection: &Connection) -> Result<(), Failure> {
    let mut stream = connection.streams.open(RESET).await?;
    stream.write_all(&PAYLOAD[..1]).await?;
    stream.flush().await?;
    match stream.read(&mut [0]).await {
        Err(_) => Ok(()),
        Ok(0) => Err("a clean end in place of the reset".into()),
        Ok(_) => Err("bytes in place of the reset".into()),
    }
}

/// A stream that is dropped before its end is reset.
async fn reset_by_dialer(connection: &Connection) -> Result<(), Failure> {
    let mut stream = connection.streams.open(ECHO).await?;
    echo_round(&mut stream).await?;
    drop(stream);
    echo_once(connection).await
}

async fn echo_round(stream: &mut Stream) -> Result<(), Failure> {
    let mut payload = PAYLOAD;
    stream.write_all(&payload).await?;
    stream.flush().await?;
    stream.read_exact(&mut payload).await?;
    Ok(())
}

/// Writes to a stream that nobody reads until no more is taken while echoes go through on another one.
async fn back_pressure(connection: &Connection) -> (Result<(), Failure>, usize) {
    let mut accepted = 0;
    let result = press(connection, &mut accepted).await;
    (result, accepted)
}

async fn press(connection: &Connection, accepted: &mut usize) -> Result<(), Failure> {
    let mut stalled = connection.streams.open(STALL).await?;
    let mut other = connection.streams.open(ECHO).await?;
    while *accepted < UNBOUNDED_BYTES {
        let mut write = Box::pin(async {
            stalled.write_all(&CHUNK).await?;
            stalled.flush().await
        });
        if !taken_while_echoing(&mut write, &mut other).await? {
            return Ok(());
        }
        *accepted += CHUNK.len();
    }
    Err("unbounded".into())
}

async fn taken_while_echoing(
    write: &mut (impl Future<Output = std::io::Result<()>> + Unpin),
    other: &mut Stream,
) -> Result<bool, Failure> {
    for _ in 0..ECHOES_WHILE_HELD_BACK {
        match poll_immediate(&mut *write).await {
            Some(Ok(())) => return Ok(true),
            Some(Err(_)) => return Err("reset".into()),
            None => echo_round(other).await?,
        }
    }
    Ok(false)
}

/// So many at a time are open together: each has sent its bytes before the first one ends.
async fn many_streams(
    connection: &Connection,
    count: usize,
    at_once: usize,
) -> Result<(), Failure> {
    let mut done = 0;
    while done < count {
        let size = at_once.min(count - done);
        let opened = join_all((0..size).map(|_| async {
            let mut stream = connection.streams.open(ECHO).await?;
            stream.write_all(&PAYLOAD).await?;
            stream.flush().await?;
            Ok::<_, Failure>(stream)
        }))
        .await;
        let streams = opened.into_iter().collect::<Result<Vec<_>, _>>()?;
        for finished in join_all(
            streams
                .into_iter()
                .map(|mut stream| async move { finish_echo(&mut stream).await }),
        )
        .await
        {
            finished?;
        }
        done += size;
    }
    Ok(())
}

async fn large(connection: &Connection, bytes: u64, seconds: &mut [f64; 2]) -> Result<(), Failure> {
    for (index, (up, down)) in [(bytes, 0), (0, bytes)].into_iter().enumerate() {
        let begin = Instant::now();
        transfer(connection, up, down).await?;
        seconds[index] = begin.elapsed().as_secs_f64();
    }
    Ok(())
}
