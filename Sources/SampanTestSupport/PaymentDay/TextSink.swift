internal import Foundation

/// A CSV file while it is written, in pieces; its columns stand in an order of the seed's, with one more than was asked for.
final class TextSink {
    private let handle: FileHandle
    private var buffer: [UInt8] = []
    private let order: [Int]
    private let end: String
    private let prefix: String
    private let separator: String

    /// - Parameter tick: what stands before every field of a line, not of the header.
    init(_ path: String, _ columns: [String], tick: String = "", _ random: inout SeededRandom) throws {
        _ = FileManager.default.createFile(atPath: path, contents: nil)
        handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        order = Array(0...columns.count).shuffled(using: &random)
        end = Bool.random(using: &random) ? "\r\n" : "\n"
        prefix = tick
        separator = ",\(tick)"
        if Bool.random(using: &random) { buffer += [0xEF, 0xBB, 0xBF] }
        let all = columns + ["新增列"]
        raw(order.map { all[$0] }.joined(separator: ","))
    }

    func line(_ fields: [String]) {
        buffer += prefix.utf8
        for (place, column) in order.enumerated() {
            if place > 0 { buffer += separator.utf8 }
            if column < fields.count { buffer += fields[column].utf8 }
        }
        buffer += end.utf8
        if buffer.count > 1_024 * 1_024 { flush() }
    }

    func raw(_ text: String) { buffer += (text + end).utf8 }

    func close() {
        flush()
        try? handle.close()
    }

    private func flush() {
        handle.write(Data(buffer))
        buffer.removeAll(keepingCapacity: true)
    }
}
