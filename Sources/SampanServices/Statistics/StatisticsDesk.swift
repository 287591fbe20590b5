package import SampanAPI
internal import SampanDomain
internal import SampanFerry
package import SampanRPC
package import SampanStorage

/// `sampan.statistics.v1.StatisticsService`: payments and refunds by month (RC-05). Who may call is the policy's.
package struct StatisticsDesk: StatisticsV1.StatisticsServiceHandler {
    /// Months of one answer: ten years.
    package static let maximumMonths = 120

    private let books: any Database

    /// - Parameter books: of the payments (`PaymentStore.books`).
    package init(books: any Database) { self.books = books }

    package func getPaymentStatistics(
        _ request: StatisticsV1.GetPaymentStatisticsRequest, context: CallContext
    ) async throws -> StatisticsV1.GetPaymentStatisticsResponse {
        let months: [BusinessMonth]
        do throws(DomainError) { months = try Self.months(request) } catch { throw RPCError(invalid: error) }
        do throws(StorageError) {
            return try await books.read { tx in try PaymentStatistics.read(months, tx) }
        } catch {
            throw RPCError(.unavailable, reason: "STORAGE_UNAVAILABLE", "the ledger cannot be read now; try again", cause: error)
        }
    }

    private static func months(_ request: StatisticsV1.GetPaymentStatisticsRequest) throws(DomainError) -> [BusinessMonth] {
        guard let first = BusinessMonth(request.fromMonth) else {
            throw DomainError(field: "from_month", message: "is a month such as 2026-01")
        }
        guard let last = BusinessMonth(request.toMonth) else { throw DomainError(field: "to_month", message: "is a month such as 2026-11") }
        guard let months = BusinessMonth.range(from: first, through: last, limit: maximumMonths) else {
            throw DomainError(field: "to_month", message: "is before from_month, or more than \(maximumMonths) months away")
        }
        return months
    }
}
