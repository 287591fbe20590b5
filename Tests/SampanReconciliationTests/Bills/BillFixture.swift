import Foundation
import SampanDomain

import SampanTestSupport
import StoreTestSupport
import Testing

@testable import SampanReconciliation

/// A small generated day whose files a test changes.
struct BillFixture {
    static let weChat = "wechat_trade_bill_20261118.csv"
    static let alipay = "alipay_bill_20261118.zip"
    static let platform = "platform_ledger.csv"
    static let his = "his_ledger.csv"

    let directory: TemporaryDirectory
    let truth: [PlantedBreak]
    var folder: String { directory.file("day") }
    var output: String { directory.file("breaks.csv") }

    init(seed: UInt64 = 5, orders: Int = 40) throws {
        directory = try TemporaryDirectory()
        truth = try PlantedDay.write(seed: seed, orders: orders, troublesPerThousand: 300, to: directory.file("day"))
    }

    func bytes(_ name: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)"))) }

    func write(_ bytes: [UInt8], to name: String) throws { try Data(bytes).write(to: URL(fileURLWithPath: "\(folder)/\(name)")) }

    func text(_ name: String) throws -> String { String(decoding: try bytes(name), as: UTF8.self) }

    func change(_ name: String, _ body: (String) -> String) throws { try write(Array(body(try text(name)).utf8), to: name) }

    func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: "\(folder)/\(name)") }

    /// The texts of the Alipay bill's two tables.
    func alipayTables() throws -> (detail: String, summary: String) {
        // Their names tell how they are made: the archive's own reader is tested by itself.
        let archive = try AlipayArchive("\(folder)/\(Self.alipay)")
        var texts: [String] = []
        for part in archive.parts {
            var lines = try archive.lines(part)
            var bytes: [UInt8] = []
            while let line = try lines.next(quoting: false) { bytes += lines.buffer[line] + [13, 10] }
            texts.append(try #require(try GB18030.decode(bytes)))
        }
        try #require(texts.count == 2)
        return (texts[0], texts[1])
    }

    /// Makes the Alipay bill anew from texts.
    func writeAlipay(_ tables: [String], method: UInt16 = 8, encode: (String) throws -> [UInt8] = { try GB18030.encode($0) }) throws {
        var archive = ZipArchiveWriter()
        for (index, table) in tables.enumerated() {
            try archive.add(name: try GB18030.encode("账单\(index).csv"), try encode(table), method: method)
        }
        try write(archive.bytes, to: Self.alipay)
    }

    /// Whatever ends they have.
    static func lines(_ text: String) -> [String] { text.split(whereSeparator: \.isNewline).map(String.init) }

    func run() throws -> DayOutcome { try DayOutcome(folder: folder, output: output) }

    /// Expects that the day is still reconciled exactly.
    func expectExact(_ comment: Comment? = nil, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let found = try run().lines.map { Array($0.prefix(6)) }
        #expect(Set(found) == Set(truth.map(\.fields)), comment, sourceLocation: sourceLocation)
        #expect(found.count == truth.count, comment, sourceLocation: sourceLocation)
    }

    /// Expects that the day is refused with a message that holds `parts`, and that nothing was written.
    func expectRefusal(_ parts: String..., sourceLocation: SourceLocation = #_sourceLocation) throws {
        let error = try #require(
            throws: ReconciliationError.self, sourceLocation: sourceLocation,
            performing: { try Reconciliation(day: #require(BusinessDay("20261118")), folder: folder, output: output).run() })
        for part in parts { #expect("\(error)".contains(part), "\(error)", sourceLocation: sourceLocation) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == ["day"], sourceLocation: sourceLocation)
    }
}
