internal import SampanSiege
internal import SampanTestSupport
internal import SampanTransport

/// One kind of attack on `sampan-interop serve`, by one attacker who comes back as long as the time lasts.
struct Assault: Sendable {
    /// How much of it.
    struct Scale: Sendable {
        /// How long an attack that is cut at once is repeated. Milliseconds.
        let milliseconds: Int
        /// How many times caller alone and caller under attack take turns.
        let rounds: Int
        /// What the server gives slow peers. Seconds.
        let patience: Int
        /// Connections at once that do nothing, or are slow.
        let idlers: Int
        /// Connections with garbage.
        let garbage: Int
        let seed: UInt64

        static func full(_ seed: UInt64) -> Scale {
            Scale(milliseconds: 2_000, rounds: 2, patience: 3, idlers: 1_000, garbage: 2_000, seed: seed)
        }
        static func small(_ seed: UInt64) -> Scale {
            Scale(milliseconds: 300, rounds: 1, patience: 1, idlers: 200, garbage: 200, seed: seed)
        }
    }

    /// What became of it.
    struct Toll: Sendable {
        /// Connections, or calls where only the call has to end.
        var begun = 0
        /// Those that the server ended as it should.
        var cut = 0

        var isCut: Bool { begun > 0 && cut == begun }

        mutating func note(_ isCut: Bool) {
            begun += 1
            if isCut { cut += 1 }
        }

        mutating func add(_ other: Toll) {
            begun += other.begun
            cut += other.cut
        }
    }

    let name: String
    /// Blocking, for a thread of its own.
    let wage: @Sendable (SocketAddress, Scale) -> Toll

    static let service = "/grpc.testing.TestService"
    /// Takes a stream, and waits for it.
    static let upload = "\(service)/StreamingInputCall"
    static let download = "\(service)/StreamingOutputCall"
    static let unary = "\(service)/EmptyCall"

    static let all: [Assault] = Flood.all(Flood.Target(unary: unary, streaming: upload, hanging: upload)).map(repeated) + slow + large

    private static func repeated(_ flood: Flood) -> Assault {
        repeated(flood.name) { address in
            flood.isCut(flood.attack(address))
        }
    }

    /// Attacks again and again; the body says whether it was cut.
    static func repeated(_ name: String, _ body: @escaping @Sendable (SocketAddress) -> Bool) -> Assault {
        Assault(name: name) { address, scale in
            let end = ContinuousClock.now + .milliseconds(scale.milliseconds)
            var toll = Toll()
            repeat { toll.note(body(address)) } while ContinuousClock.now < end
            return toll
        }
    }
}
