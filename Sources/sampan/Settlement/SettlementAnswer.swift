import SampanAPI
import SampanDomain
import SampanMesh

/// A settlement as JSON. Amounts are whole fen.
struct SettlementAnswer: Encodable {
    struct Institution: Encodable {
        let org: String
        let receipts: UInt64
        let cashFen: Int64
        let wechatFen: Int64
        let alipayFen: Int64
        let postedFen: Int64
        let reversedFen: Int64
        let netFen: Int64
    }

    struct Channel: Encodable {
        let channel: String
        let payments: UInt64
        let paidFen: Int64
        let refunds: UInt64
        let refundedFen: Int64
        let otherFen: Int64
        let netFen: Int64
    }

    struct Account: Encodable {
        let account: String
        let openingFen: Int64
        let debitsFen: Int64
        let creditsFen: Int64
        let closingFen: Int64
    }

    struct Late: Encodable {
        let entry: UInt64
        let belongsTo: String
        let event: String
        let key: String
        let amountFen: Int64
    }

    struct Stand: Encodable {
        let run: UInt64
        let openBreaks: UInt64
        let openFen: Int64
        let resolvedBreaks: UInt64
    }

    let date: String
    let operatorId: String
    let settlementMark: String
    let state: String
    /// RFC 3339, UTC; left out while it is open.
    let closedAt: String?
    let closedBy: String?
    let reason: String?
    let obstacle: String?
    let reconciliation: Stand
    let receipts: UInt64
    let receiptsFen: Int64
    let cashFen: Int64
    let firstReceipt: String?
    let lastReceipt: String?
    /// NUMBER:HASH, for `sampan ledger verify --mark`.
    let mark: String?
    let institutions: [Institution]
    let channels: [Channel]
    let accounts: [Account]
    let lateEntries: [Late]
    /// FIRST-LAST; at most 100 of them.
    let receiptGaps: [String]
    let missingReceipts: UInt64

    init(_ report: SettlementReport) {
        let day = report.settlement
        (date, operatorId, settlementMark, state) = (day.date, day.operatorID, day.settlementMark, report.stateWord)
        closedAt = Moment.text(day.closedAt)
        closedBy = day.closedBy.isEmpty ? nil : day.closedBy
        reason = day.reason.isEmpty ? nil : day.reason
        obstacle = day.obstacle.isEmpty ? nil : day.obstacle
        let stand = day.reconciliation
        reconciliation = Stand(
            run: stand?.run ?? 0, openBreaks: stand?.openBreaks ?? 0, openFen: stand?.openFen ?? 0,
            resolvedBreaks: stand?.resolvedBreaks ?? 0)
        (receipts, receiptsFen, cashFen) = (day.receipts, day.receiptsFen, day.cashFen)
        firstReceipt = day.firstReceipt.isEmpty ? nil : day.firstReceipt
        lastReceipt = day.lastReceipt.isEmpty ? nil : day.lastReceipt
        mark = day.lastEntry == 0 ? nil : "\(day.lastEntry):\(Hexadecimal.lowercase(day.lastEntryHash))"
        institutions = day.institutions.map { institution in
            func tender(_ name: String) -> Int64 { institution.tenders.first { $0.tender == name }?.amountFen ?? 0 }
            return Institution(
                org: institution.institutionCode, receipts: institution.receipts, cashFen: tender("CASH"), wechatFen: tender("WX"),
                alipayFen: tender("ALI"), postedFen: institution.postedFen, reversedFen: institution.reversedFen,
                netFen: institution.netFen)
        }
        channels = day.channels.map {
            Channel(
                channel: SettlementReport.code($0.channel), payments: $0.payments, paidFen: $0.paidFen, refunds: $0.refunds,
                refundedFen: $0.refundedFen, otherFen: $0.otherFen, netFen: $0.netFen)
        }
        accounts = day.accounts.map {
            Account(
                account: $0.account, openingFen: $0.openingFen, debitsFen: $0.debitsFen, creditsFen: $0.creditsFen,
                closingFen: $0.closingFen)
        }
        receiptGaps = day.receiptGaps.map { "\($0.first)-\($0.last)" }
        missingReceipts = day.missingReceipts
        lateEntries = day.lateEntries.map {
            Late(entry: $0.entry, belongsTo: $0.belongsTo, event: $0.event, key: $0.key, amountFen: $0.amountFen)
        }
    }
}
