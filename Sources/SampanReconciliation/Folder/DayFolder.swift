internal import FoundationEssentials
internal import SampanDomain

/// The files of a payment day, as channels, bank, platform and hospitals deliver them.
///
/// ```
///  platform_ledger.csv  his_ledger.csv  wechat_trade_bill_DAY*.csv  alipay_bill_DAY*.zip  bank_statement_*.csv
///  next_day/            wechat_trade_bill_NEXT*.csv  alipay_bill_NEXT*.zip
/// ```
struct DayFolder {
    let platformLedger: String
    let hisLedger: String
    /// A merchant with several numbers has several bills; a channel without a payment on the day has none.
    let weChatBills: [String]
    let alipayBills: [String]
    let nextWeChatBills: [String]
    let nextAlipayBills: [String]
    let bankStatements: [String]

    init(_ path: String, day: BusinessDay) throws(ReconciliationError) {
        let names = try Self.names(path)
        func matching(_ names: [String], _ folder: String, _ prefix: String, _ suffix: String) -> [String] {
            names.filter { $0.hasPrefix(prefix) && $0.hasSuffix(suffix) }.map { "\(folder)/\($0)" }
        }
        func required(_ name: String) throws(ReconciliationError) -> String {
            guard names.contains(name) else { throw .missing("\(path)/\(name) is missing") }
            return "\(path)/\(name)"
        }
        platformLedger = try required("platform_ledger.csv")
        hisLedger = try required("his_ledger.csv")
        weChatBills = matching(names, path, "wechat_trade_bill_\(day.compact)", ".csv")
        alipayBills = matching(names, path, "alipay_bill_\(day.compact)", ".zip")
        bankStatements = matching(names, path, "bank_statement_", ".csv")
        guard !bankStatements.isEmpty else {
            throw .missing("\(path)/bank_statement_\(day.compactNext).csv is missing: the bank's statement of the next working day")
        }
        let nextFolder = "\(path)/next_day"
        let nextNames = names.contains("next_day") ? try Self.names(nextFolder) : []
        nextWeChatBills = matching(nextNames, nextFolder, "wechat_trade_bill_\(day.compactNext)", ".csv")
        nextAlipayBills = matching(nextNames, nextFolder, "alipay_bill_\(day.compactNext)", ".zip")
    }

    private static func names(_ path: String) throws(ReconciliationError) -> [String] {
        do {
            return try FileManager.default.contentsOfDirectory(atPath: path).sorted()
        } catch {
            throw .missing("\(path) is not a folder that can be read")
        }
    }
}
