// Simulation only: counts the cycles of one part of an inference from its start pulse to its done pulse, image after
// image, and compares them with the cycle model. Cycles in which the part waits for its source are left out.
module cycle_monitor #(
    parameter NAME = "layer",
    parameter int CYCLES = 263 // what the model says
) (
    input logic clk,
    input logic start,
    input logic done,
    input logic waiting,
    input int   image
);
    int cycles, runs, least, most, wrong;

    initial begin
        cycles = 0;
        runs   = 0;
        least  = 0;
        most   = 0;
        wrong  = 0;
    end

    always @(posedge clk) begin
        if (start)
            cycles <= 1;
        else if (!waiting)
            cycles <= cycles + 1;
        if (done) begin
            runs  <= runs + 1;
            least <= runs == 0 || cycles < least ? cycles : least;
            most  <= runs == 0 || cycles > most ? cycles : most;
            if (cycles != CYCLES) begin
                wrong <= wrong + 1;
                $display("FAIL: image %0d, part %0s: %0d cycles, must be %0d", image, NAME, cycles, CYCLES);
            end
        end
    end
endmodule
