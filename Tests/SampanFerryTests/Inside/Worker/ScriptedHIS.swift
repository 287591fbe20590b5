import SampanDomain
import Synchronization

@testable import SampanFerry

/// A HIS that answers as a script says.
final class ScriptedHIS: HISAdapter {
    private let calls = Mutex((posts: [[Int64]](), resolves: [Int64]()))
    private let onPost: @Sendable (HISRequest) -> HISAnswer
    private let onResolve: @Sendable (HISRequest) throws(HISError) -> HISDecision
    private let fence: @Sendable () throws(HISError) -> Int64

    init(
        post: @escaping @Sendable (HISRequest) -> HISAnswer,
        resolve: @escaping @Sendable (HISRequest) throws(HISError) -> HISDecision = { _ throws(HISError) in throw .timeout },
        newestFence: @escaping @Sendable () throws(HISError) -> Int64 = { 0 }
    ) {
        fence = newestFence
        onPost = post
        onResolve = resolve
    }

    var posts: [[Int64]] { calls.withLock { $0.posts } }
    var resolves: [Int64] { calls.withLock { $0.resolves } }

    func post(_ rows: [HISRequest], by ferryOperator: HISOperator, now: UnixTime) async -> [HISAnswer] {
        calls.withLock { $0.posts.append(rows.map(\.seq)) }
        return rows.map(onPost)
    }

    func resolve(
        _ row: HISRequest, otherwise giveUp: GiveUp, by ferryOperator: HISOperator, now: UnixTime
    ) async throws(HISError) -> HISDecision {
        calls.withLock { $0.resolves.append(row.seq) }
        return try onResolve(row)
    }

    func newestFence() async throws(HISError) -> Int64 { try fence() }

    func ledger(from start: UnixTime, to end: UnixTime) async throws(HISError) -> [HISLedgerRow] { [] }

    static func decided(_ row: HISRequest) -> HISDecision {
        do {
            return HISDecision(outcome: .posted(try ReceiptNumber("H\(row.seq)")), decidedAt: time(5))
        } catch { preconditionFailure("\(error)") }
    }
}
