import Foundation
import Logging
import SampanDomain
import Synchronization
import Testing

@testable import SampanNode

@Suite("Logs as JSON")
struct JSONLogTests {
    private final class Lines: Sendable {
        let all = Mutex<[String]>([])
    }

    private static func logger(_ lines: Lines, level: Logger.Level = .info) -> Logger {
        var logger = Logger(label: "sampan.test") { label in
            JSONLogHandler(label: label, now: { UnixTime(nanoseconds: 1_795_028_100_000_250_999) }) { line in
                lines.all.withLock { $0.append(line) }
            }
        }
        logger.logLevel = level
        return logger
    }

    @Test("a record is one object on one line, with sorted metadata")
    func line() {
        let lines = Lines()
        var log = Self.logger(lines)
        log.info("the node serves")
        log[metadataKey: "node"] = "ecg-1"
        log.warning("a call", metadata: ["b": ["x", ["k": "v"]], "a": "\(1)"])
        log.error("another", metadata: ["node": "said with it"])
        log.debug("below the level")
        let start = "{\"time\":\"2026-11-18T18:55:00.000250Z\",\"level\":"
        #expect(
            lines.all.withLock { $0 } == [
                start + "\"info\",\"label\":\"sampan.test\",\"message\":\"the node serves\"}",
                start + "\"warning\",\"label\":\"sampan.test\",\"message\":\"a call\","
                    + "\"metadata\":{\"a\":\"1\",\"b\":[\"x\",{\"k\":\"v\"}],\"node\":\"ecg-1\"}}",
                start + "\"error\",\"label\":\"sampan.test\",\"message\":\"another\",\"metadata\":{\"node\":\"said with it\"}}",
            ])
    }

    @Test("every level has its name", arguments: Logger.Level.allCases)
    func levels(level: Logger.Level) {
        let lines = Lines()
        Self.logger(lines, level: .trace).log(level: level, "x")
        #expect(lines.all.withLock { $0.first?.contains("\"level\":\"\(level)\"") } == true)
    }

    @Test(
        "whatever a text holds, a reader of JSON gets it back, and no control character is in the line",
        arguments: [
            "", "没有号了：张三的心电图", "a\nb\r\n\tc", "\"quoted\\\" \\", "\u{0}\u{1}\u{1B}[31m\u{7F}\u{80}\u{9B}31m\u{9F}\u{A0}",
            "\u{2028}\u{2029}",
            "👩‍⚕️ e\u{301}", "{\"forged\":1}\n{\"level\":\"info\"}",
        ])
    func escapes(text: String) throws {
        let lines = Lines()
        Self.logger(lines).info("\(text)", metadata: [text: "\(text)"])
        let line = try #require(lines.all.withLock { $0.first })
        #expect(
            line.unicodeScalars.allSatisfy {
                $0.value >= 0x20 && !(0x7F..<0xA0).contains($0.value) && !(0x2028...0x2029).contains($0.value)
            })
        let object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        #expect(object["message"] as? String == text)
        #expect((object["metadata"] as? [String: String])?[text] == text)
    }

    @Test("Chinese is readable as it stands")
    func chinese() {
        let lines = Lines()
        Self.logger(lines).info("没有号了")
        #expect(lines.all.withLock { $0.first?.contains("没有号了") } == true)
    }

    @Test("what is nested too deeply is cut off")
    func depth() throws {
        var value: Logger.MetadataValue = "end"
        for _ in 0..<10_000 { value = [value] }
        let lines = Lines()
        Self.logger(lines).info("x", metadata: ["a": value])
        let line = try #require(lines.all.withLock { $0.first })
        #expect(line.contains("[[[[[[[\"…\"]]]]]]]") && !line.contains("end"))
    }
}
