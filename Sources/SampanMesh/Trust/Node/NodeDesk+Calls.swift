package import SampanAPI
package import SampanRPC
internal import SampanTransport

extension NodeDesk {
    /// Series of an answer, as the contract has it: far more than there are, and below a message's limit.
    private static let maximumSeries = 4_096

    package func listCallSeries(
        _ request: TrustV1.ListCallSeriesRequest, context: CallContext
    ) async throws -> TrustV1.ListCallSeriesResponse {
        let figures = await trust.group.callFigures()
        return TrustV1.ListCallSeriesResponse(
            at: trust.time.wall().message, series: figures.prefix(Self.maximumSeries).map(Self.message),
            loops: await trust.group.loopFigures().map(Self.message))
    }

    private static func message(_ figures: CallFigures) -> TrustV1.CallSeries {
        let labels = figures.labels
        return TrustV1.CallSeries(
            direction: labels.direction.rawValue, method: labels.method, peer: labels.peer, route: labels.route, started: figures.started,
            outcomes: figures.ended.map { ended in
                TrustV1.CallOutcome(
                    code: UInt32(ended.code.rawValue), totalNanoseconds: ended.durations.sum,
                    counts: ended.durations.counts.indices.map { ended.durations.counts[$0] })
            })
    }

    private static func message(_ figures: LoopFigures) -> TrustV1.LoopLoad {
        TrustV1.LoopLoad(
            turns: figures.turns.count, totalNanoseconds: figures.turns.sum,
            longestNanoseconds: UInt64(clamping: figures.longestTurn))
    }
}
