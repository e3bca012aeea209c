// The class: the row with the highest score, the lowest row where several have it. Collects the scores of the
// last layer, then compares one a cycle: ROWS + 1 cycles from start to done.
module argmax #(
    parameter int ROWS = 10,
    parameter int ROWS_AT_ONCE = 16,
    parameter int BLOCK_BITS = 1,
    parameter int CLASS_BITS = 4
) (
    input  logic                       clk,
    input  logic                       reset,
    input  logic                       write,
    input  logic [BLOCK_BITS-1:0]      write_block,
    input  logic [ROWS_AT_ONCE*64-1:0] write_scores,
    input  logic                       start,
    output logic                       done,
    output logic [CLASS_BITS-1:0]      class_out    // valid from done to the next start
);
    localparam logic [CLASS_BITS-1:0] LAST = CLASS_BITS'(ROWS - 1);

    logic signed [63:0]    scores [0:ROWS-1];
    logic signed [63:0]    best;
    logic [CLASS_BITS-1:0] row;
    logic                  busy;

    always_ff @(posedge clk)
        if (write)
            for (int i = 0; i < ROWS_AT_ONCE; i = i + 1)
                if (int'(write_block)*ROWS_AT_ONCE + i < ROWS)
                    scores[int'(write_block)*ROWS_AT_ONCE + i] <= $signed(write_scores[i*64 +: 64]);

    always_ff @(posedge clk)
        if (reset) begin
            busy <= 1'b0;
            done <= 1'b0;
        end else begin
            done <= busy && row == LAST;
            if (start) begin
                busy <= 1'b1;
                row  <= '0;
            end else if (busy) begin
                busy <= row != LAST;
                row  <= row + 1'b1;
                // Strictly greater: of equal scores the first stays.
                if (row == '0 || scores[row] > best) begin
                    best      <= scores[row];
                    class_out <= row;
                end
            end
        end
endmodule
