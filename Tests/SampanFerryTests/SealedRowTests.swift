import Logging
import SampanAPI
import SampanDomain
import SampanRPC
import StoreTestSupport
import Testing

@testable import SampanFerry

/// Seals by turning the payload around, under its binding: enough to see who is given what.
private let testSealer = PayloadSealer(recipient: "k1") { payload, binding in
    [UInt8(binding.count)] + binding + payload.reversed()
}

private let testOpener = PayloadOpener { (box, recipient, binding) throws(SealFault) in
    guard recipient == "k1" else { throw .unknownKey }
    guard let count = box.first.map(Int.init), Array(box.dropFirst().prefix(count)) == binding else { throw .broken }
    return box.dropFirst(1 + count).reversed()
}

@Suite("Sealed rows", .timeLimit(.minutes(20)))
struct SealedRowTests {
    private static let kind = PaymentKind.bookingFee.rawValue

    private let directory: TemporaryDirectory
    init() throws { directory = try TemporaryDirectory() }

    /// Has a real HIS decide what is open in the store, in one turn of a worker.
    private func turn(_ store: RequestStore, _ opener: PayloadOpener?) async throws {
        let his = try await HISStore.open(path: directory.file("his.db"), seed: .paymentDay)
        let worker = try FerryWorker(
            WorkerConfiguration(worker: 0, count: 1, session: "s0", wakes: false, scheme: .local, opener: opener),
            gateway: InProcessCaller([FerryDesk(store: store, now: { time(2) })], as: try identity(.ferry)), his: his,
            time: WorkerTime(wall: { time(2) }), log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        _ = try await worker.turn()
        await his.close()
    }

    private func reason(_ store: RequestStore, _ seq: Int64) async throws -> String? {
        guard case .rejected(let reason) = try await store.status(seq).outcome else { return nil }
        return reason.code
    }

    @Test("GW-19: rows are stored and handed out sealed, bound to number, submitter, id and kind, also after a restart")
    func sealed() async throws {
        var store = try await RequestStore.open(path: directory.file(), sealer: testSealer)
        let request = try newRequest(1)
        _ = try await store.submit(request, now: time(1))
        await store.close()
        store = try await RequestStore.open(path: directory.file())
        let row = try #require(try store.claim(RowClaim(Partition(worker: 0, of: 1), limit: 1), now: time(2)).first)
        let binding = SealedRow.binding(seq: 0, submitter: request.submitter, requestID: request.requestID, kind: Self.kind)
        #expect(row.recipient == "k1" && row.kind == Self.kind)
        #expect(row.payload == [UInt8(binding.count)] + binding + request.payload.reversed())
        // A replay finds it by its hash, which is of the plain request.
        #expect(try await store.submit(request, now: time(3)).seq == 0)
        try await turn(store, testOpener)
        #expect(try await store.status(0).outcome?.message.state == .posted)
        await store.close()
    }

    @Test("GW-11 GW-12: a payload in another row's place is refused for good, and so is one to an unknown key; the others go on")
    func refused() async throws {
        let other = PayloadSealer(recipient: "k2", seal: testSealer.seal)
        var store = try await RequestStore.open(path: directory.file(), sealer: other)
        _ = try await store.submit(newRequest(0), now: time(1))
        await store.close()
        let swapped = PayloadSealer(recipient: "k1") { payload, _ in
            let ninth = SealedRow.binding(seq: 9, submitter: try newRequest(1).submitter, requestID: try RequestID("r1"), kind: Self.kind)
            return try testSealer.seal(payload, ninth)
        }
        store = try await RequestStore.open(path: directory.file(), sealer: swapped)
        _ = try await store.submit(newRequest(1), now: time(1))
        await store.close()
        store = try await RequestStore.open(path: directory.file())
        // From before there were seals.
        _ = try await store.submit(newRequest(2), now: time(1))
        try await turn(store, testOpener)
        #expect(try await reason(store, 0) == "SEALED_TO_UNKNOWN_KEY")
        #expect(try await reason(store, 1) == "SEAL_BROKEN")
        #expect(try await store.status(2).outcome?.message.state == .posted)
        #expect(store.openCount == 0)
        await store.close()
    }

    @Test("without a key every sealed row is refused, and a worker with the key that comes later does not post it")
    func later() async throws {
        let store = try await RequestStore.open(path: directory.file(), sealer: testSealer)
        _ = try await store.submit(newRequest(0), now: time(1))
        try await turn(store, nil)
        #expect(try await reason(store, 0) == "SEALED_TO_UNKNOWN_KEY")
        await store.close()
        // The outside is restored from an old copy: the same row again.
        let again = try await RequestStore.open(path: directory.file("again.db"), sealer: testSealer)
        _ = try await again.submit(newRequest(0), now: time(1))
        try await turn(again, testOpener)
        #expect(try await reason(again, 0) == "SEALED_TO_UNKNOWN_KEY")
        await again.close()
    }
}
