package dev.striate.compiler.diag;

import static org.assertj.core.api.Assertions.assertThat;

import dev.striate.compiler.source.SourceFile;
import java.util.List;
import org.junit.jupiter.api.Test;

/** JSON and SARIF, to the letter, since tools read them. */
class DataRenderersTest {
    private static final SourceFile FILE = new SourceFile("my nets/ä.cnn", "net A {\n  \"\t\uD83D\uDE00\" x\n}\n");
    private static final Diagnostic FULL = Diagnostic.error(Code.UNEXPECTED, FILE.span(10, 16), "a \"quoted\"\nmessage")
            .label("here")
            .related(FILE.span(4, 5), "net A")
            .note("H: 7 -> 3")
            .fix("remove \\ it \u0007")
            .build();
    private static final Diagnostic SMALL = Diagnostic.warning(Code.STRAY_DOCUMENTATION, FILE.span(0, 0), "lost")
            .build();

    @Test
    void json() {
        assertThat(JsonRenderer.render(List.of(FULL, SMALL))).isEqualTo("""
                [
                  {
                    "code": "CNN0101",
                    "severity": "error",
                    "message": "a \\"quoted\\"\\nmessage",
                    "span": {
                      "file": "my nets/ä.cnn",
                      "start": {
                        "line": 2,
                        "column": 3,
                        "offset": 10
                      },
                      "end": {
                        "line": 2,
                        "column": 8,
                        "offset": 16
                      }
                    },
                    "label": "here",
                    "related": [
                      {
                        "span": {
                          "file": "my nets/ä.cnn",
                          "start": {
                            "line": 1,
                            "column": 5,
                            "offset": 4
                          },
                          "end": {
                            "line": 1,
                            "column": 6,
                            "offset": 5
                          }
                        },
                        "text": "net A"
                      }
                    ],
                    "notes": [
                      "H: 7 -> 3"
                    ],
                    "fix": "remove \\\\ it \\u0007"
                  },
                  {
                    "code": "CNN0401",
                    "severity": "warning",
                    "message": "lost",
                    "span": {
                      "file": "my nets/ä.cnn",
                      "start": {
                        "line": 1,
                        "column": 1,
                        "offset": 0
                      },
                      "end": {
                        "line": 1,
                        "column": 1,
                        "offset": 0
                      }
                    },
                    "related": [],
                    "notes": []
                  }
                ]
                """);
        assertThat(JsonRenderer.render(List.of())).isEqualTo("[]\n");
    }

    @Test
    void unpairedSurrogatesAreEscaped() {
        Diagnostic diagnostic =
                Diagnostic.error(Code.UNEXPECTED, FILE.span(0, 1), "\uD800").build();
        assertThat(JsonRenderer.render(List.of(diagnostic))).contains("\"message\": \"\\ud800\"");
    }

    @Test
    void sarif() {
        assertThat(SarifRenderer.render(List.of(FULL)))
                .isEqualTo("""
                {
                  "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
                  "version": "2.1.0",
                  "runs": [
                    {
                      "tool": {
                        "driver": {
                          "name": "striate",
                          "rules": [
                            {
                              "id": "CNN0101",
                              "shortDescription": {
                                "text": "%s"
                              },
                              "fullDescription": {
                                "text": "%s"
                              }
                            }
                          ]
                        }
                      },
                      "columnKind": "unicodeCodePoints",
                      "results": [
                        {
                          "ruleId": "CNN0101",
                          "level": "error",
                          "message": {
                            "text": "a \\"quoted\\"\\nmessage\\nH: 7 -> 3\\nfix: remove \\\\ it \\u0007"
                          },
                          "locations": [
                            {
                              "physicalLocation": {
                                "artifactLocation": {
                                  "uri": "my%%20nets/%%C3%%A4.cnn"
                                },
                                "region": {
                                  "startLine": 2,
                                  "startColumn": 3,
                                  "endLine": 2,
                                  "endColumn": 8
                                }
                              },
                              "message": {
                                "text": "here"
                              }
                            }
                          ],
                          "relatedLocations": [
                            {
                              "physicalLocation": {
                                "artifactLocation": {
                                  "uri": "my%%20nets/%%C3%%A4.cnn"
                                },
                                "region": {
                                  "startLine": 1,
                                  "startColumn": 5,
                                  "endLine": 1,
                                  "endColumn": 6
                                }
                              },
                              "message": {
                                "text": "net A"
                              }
                            }
                          ]
                        }
                      ]
                    }
                  ]
                }
                """.formatted(Code.UNEXPECTED.title(), Code.UNEXPECTED.explanation()));
        assertThat(SarifRenderer.render(List.of())).contains("\"results\": []", "\"rules\": []");
    }
}
