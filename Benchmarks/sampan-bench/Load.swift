import EchoMessages
import SampanTransport

/// Calls of one kind over some connections, until a time or a number is reached. One failed call ends it.
struct Load: Sendable {
    let call: EchoCall
    /// Calls under way at once on each connection.
    let streams: Int
    let tally = LoadTally()

    /// Closed loop: each caller makes its next call when the last has ended.
    /// - Parameter calls: how many in all, shared out evenly; nil goes on until `end`.
    func closed(_ channels: [ClientChannel], on loop: EventLoop, calls: Int?, until end: ContinuousClock.Instant) async throws {
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            for index in 0..<channels.count * streams {
                let callers = channels.count * streams
                let share = calls.map { $0 / callers + (index < $0 % callers ? 1 : 0) } ?? .max
                let client = Echo.EchoClient(channels[index % channels.count])
                tasks.addTask(executorPreference: loop) {
                    var made = 0
                    while made < share, calls != nil || .now < end {
                        try await call.run(client, start: .now, tally)
                        made += 1
                    }
                }
            }
            try await tasks.waitForAll()
        }
    }

    /// Open loop: `rate` calls a second whether or not earlier ones have ended. Latencies count from when a call was due, so a server
    /// that falls behind shows it, and so does this side. To be run on the loop, which then starts calls without being woken for them.
    func open(_ channels: [ClientChannel], on loop: EventLoop, rate: Double, for time: Duration) async throws {
        let timetable = Timetable(rate: rate, calls: Int(rate * time.seconds))
        let clients = channels.map { Echo.EchoClient($0) }
        let pacer = Pacer()
        defer { pacer.stop() }
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            for await _ in pacer.ticks {
                let goesOn = timetable.handOut { first in
                    // A caller makes call after call while any is due: making a task costs as much as half of a call.
                    tasks.addTask(executorPreference: loop) {
                        var next: Timetable.Entry? = first
                        while let entry = next {
                            try await call.run(clients[entry.index % clients.count], start: entry.due, tally)
                            next = await timetable.next()
                        }
                    }
                }
                if !goesOn { break }
            }
            try await tasks.waitForAll()
        }
    }
}

extension Duration {
    var seconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
