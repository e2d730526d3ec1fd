//! The steps of the streams scenario.

use std::{
    future::Future,
    time::{Duration, Instant},
};

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

/// Runs every step, also after one that failed or that was not done within its limit.
pub async fn run(connection: &Connection, limit: Duration) -> Result<(Document, bool), Failure> {
    let steps = Steps { limit };
    let (count, at_once) = (number("STREAMS", 1000)?, number("STREAMS_AT_ONCE", 100)?);
    let large_bytes = number("LARGE_BYTES", 64 << 20)?;
    let mut accepted = 0;
    let mut seconds = [0.0; 2];
    let mut states = vec![
        ("half_close", steps.run(echo_once(connection)).await),
        (
            "half_close_remote",
            steps.run(half_close_of_remote(connection)).await,
        ),
        (
            "reset_by_listener",
            steps.run(reset_by_listener(connection)).await,
        ),
        (
            "reset_by_dialer",
            steps.run(reset_by_dialer(connection)).await,
        ),
    ];
    let mut pressure = steps.run(press(connection, &mut accepted)).await;
    // A stream of mplex that is not read is reset: there is nothing to hold it back by.
    let mut reset = false;
    if matches!(setup::chosen().muxer, Muxer::Mplex) && pressure == Err("reset".to_string()) {
        (reset, pressure) = (true, Ok(()));
    }
    states.push(("back_pressure", pressure));
    states.push((
        "many",
        steps
            .run(many_streams(connection, count as usize, at_once as usize))
            .await,
    ));
    states.push((
        "large",
        steps
            .run(large(connection, large_bytes, &mut seconds))
            .await,
    ));
    let failed = states.iter().any(|(_, state)| state.is_err());
    let mut document = Document::new();
    for (name, state) in states {
        let word = match name {
            "back_pressure" if reset => "reset",
            _ => "ok",
        };
        document = document.plain(name, state.err().unwrap_or(word.to_string()));
    }
    let document = document
        .plain("back_pressure_accepted_bytes", accepted)
        .plain("large_up_seconds", json!(seconds[0]))
        .plain("large_down_seconds", json!(seconds[1]));
    Ok((document, failed))
}

struct Steps {
    limit: Duration,
}

impl Steps {
    async fn run(&self, step: impl Future<Output = Result<(), Failure>>) -> Result<(), String> {
        match tokio::time::timeout(self.limit, step).await {
            Ok(result) => result.map_err(|error| error.to_string()),
            Err(_) => Err(format!("not done within {} s", self.limit.as_secs())),
        }
    }
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
