package import SampanChannelSimulator
package import SampanFerry
internal import SampanDomain
package import SampanServices
internal import SampanStorage

/// What stands in the books of a region after a day: read from its databases, apart from what any call has answered.
package struct DayBooks: Sendable, Equatable {
    /// HIS charges by order number.
    package let hisCharges: [String: [HISLedgerRow]]
    package let hisLedger: [UInt8]
    package let platformLedger: [UInt8]
    package let equation: PaymentEquation
    /// What the platform's ledger says that was not written so; nil when it verifies from its first entry on.
    package let ledgerFault: String?
    /// All request rows, in order.
    package let rows: [RequestRowStatus]
    /// What the channel itself has written down.
    package let channel: ChannelBooks

    /// Reads them, whether or not the region is running. While it is, the books are those of slightly different moments.
    package static func read(_ region: Region) async throws -> DayBooks {
        let (ledger, reversals) = try await hisBooks(region)
        let (platformLedger, equation, ledgerFault) = try await platform(region)
        return DayBooks(
            hisCharges: Dictionary(grouping: ledger) { $0.outTradeNo.text }, hisLedger: HISLedger.csv(ledger, reversals: reversals),
            platformLedger: platformLedger, equation: equation, ledgerFault: ledgerFault, rows: try await requestRows(region),
            channel: try await channel(region))
    }

    private static let allTime = (first: UnixTime(nanoseconds: 0), last: UnixTime(nanoseconds: .max))

    /// All charges of the HIS.
    package static func hisLedger(_ region: Region) async throws -> [HISLedgerRow] { try await hisBooks(region).charges }

    private static func hisBooks(_ region: Region) async throws -> (charges: [HISLedgerRow], reversals: [HISLedgerRow]) {
        let store = try await HISStore.open(path: region.hisDatabase, seed: HISSeed(institutions: [], departments: []))
        return try await closing(store.close) {
            (
                try await store.ledger(from: allTime.first, to: allTime.last),
                try await store.reversals(from: allTime.first, to: allTime.last)
            )
        }
    }

    private static func platform(_ region: Region) async throws -> (ledger: [UInt8], equation: PaymentEquation, fault: String?) {
        let store = try PaymentStore(path: region.paymentDatabase)
        return try await closing(store.close) {
            (
                try await store.platformLedger(from: allTime.first, to: allTime.last), try await store.equation(),
                try await store.checkLedger().fault
            )
        }
    }

    private static func requestRows(_ region: Region) async throws -> [RequestRowStatus] {
        let store = try await RequestStore.open(path: region.requestDatabase)
        return try await closing(store.close) {
            var rows: [RequestRowStatus] = []
            while let row = try await row(Int64(rows.count), store) { rows.append(row) }
            return rows
        }
    }

    /// Nil behind the last one; what else goes wrong is thrown, so that an unreadable file is never taken for an empty one.
    private static func row(_ seq: Int64, _ store: RequestStore) async throws -> RequestRowStatus? {
        do throws(RequestStoreError) {
            return try await store.status(seq)
        } catch {
            guard case .unknownSequence = error else { throw error }
            return nil
        }
    }

    private static func channel(_ region: Region) async throws -> ChannelBooks {
        let store = try ChannelStore(path: region.channelDatabase)
        return try await closing(store.close) { try await store.books() }
    }

    private static func closing<T>(_ close: () async -> Void, _ body: () async throws -> T) async throws -> T {
        do {
            let result = try await body()
            await close()
            return result
        } catch {
            await close()
            throw error
        }
    }
}
