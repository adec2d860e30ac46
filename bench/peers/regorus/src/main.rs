//! Evaluates the cases of a folder with regorus, as often as standard input says.
//!
//! A case NAME is NAME.rego, NAME.query, NAME.input.json, NAME.data.json and NAME.references.json.
//! A line "NAME MODE COUNT" is answered with the processor time of this whole process in
//! nanoseconds; MODE is parsed (the input is a value already), text (it is JSON) or compile. A line
//! "NAME result 1" is answered with the value of the query as JSON. Modes that end in "-vm" run the
//! compiled program of regorus's virtual machine instead of its interpreter.

use regorus::languages::rego::compiler::Compiler;
use regorus::rvm::RegoVM;
use regorus::{Engine, Rc, Value};
use std::collections::HashMap;
use std::io::BufRead;
use std::path::Path;

struct Case {
    module: String,
    query: String,
    text: String,
    input: Value,
    data: Value,
    references: Value,
    engine: Engine,
    vm: Option<RegoVM>,
}

fn main() {
    let folder = std::env::args().nth(1).expect("a folder");
    let mut cases: HashMap<String, Case> = HashMap::new();
    for line in std::io::stdin().lock().lines() {
        let line = line.expect("a line");
        let words: Vec<&str> = line.split(' ').collect();
        let count: usize = words[2].parse().expect("a count");
        let case = cases
            .entry(words[0].to_string())
            .or_insert_with(|| Case::load(Path::new(&folder), words[0]));
        println!("{}", case.answer(words[1], count));
    }
}

impl Case {
    fn load(folder: &Path, name: &str) -> Case {
        let read = |suffix: &str| {
            std::fs::read_to_string(folder.join(format!("{name}{suffix}"))).expect("a file of the case")
        };
        let text = read(".input.json");
        let mut case = Case {
            module: read(".rego"),
            query: read(".query").trim().to_string(),
            input: Value::from_json_str(&text).expect("an input"),
            text,
            data: Value::from_json_str(&read(".data.json")).expect("data"),
            references: Value::from_json_str(&read(".references.json")).expect("references"),
            engine: Engine::new(),
            vm: None,
        };
        case.engine = case.prepared();
        case.vm = case.program();
        case
    }

    fn prepared(&self) -> Engine {
        let mut engine = Engine::new();
        engine.add_policy("case.rego".to_string(), self.module.clone()).expect("a policy");
        engine.add_data(self.data.clone()).expect("data");
        let references = self.references.clone();
        engine
            .add_extension(
                "query_reference_value".to_string(),
                1,
                Box::new(move |arguments: Vec<Value>| {
                    let known = references.as_object()?.get(&arguments[0]);
                    Ok(known.cloned().unwrap_or(Value::Null))
                }),
            )
            .expect("a function");
        engine
    }

    /// The program of the virtual machine, which knows no functions of the host.
    fn program(&self) -> Option<RegoVM> {
        if self.module.contains("query_reference_value") {
            return None;
        }
        let entry: Rc<str> = self.query.as_str().into();
        let policy = self.prepared().compile_with_entrypoint(&entry).ok()?;
        let program = Compiler::compile_from_policy(&policy, &[self.query.as_str()]).ok()?;
        let mut vm = RegoVM::new_with_policy(policy);
        vm.load_program(program);
        vm.set_data(self.data.clone()).ok()?;
        Some(vm)
    }

    fn answer(&mut self, mode: &str, count: usize) -> String {
        if mode == "result" {
            let value = self.eval(self.input.clone());
            return value.to_json_str().expect("a value").replace('\n', "");
        }
        if mode.ends_with("-vm") && self.vm.is_none() {
            return "none".to_string();
        }
        let start = spent();
        for _ in 0..count {
            match mode {
                "parsed" => drop(self.eval(self.input.clone())),
                "text" => {
                    let input = Value::from_json_str(&self.text).expect("an input");
                    drop(self.eval(input))
                }
                "parsed-vm" => drop(self.run(self.input.clone())),
                "text-vm" => {
                    let input = Value::from_json_str(&self.text).expect("an input");
                    drop(self.run(input))
                }
                "compile" => {
                    let mut engine = self.prepared();
                    // It prepares what it parsed when it is asked the first time.
                    engine.set_input(Value::new_object());
                    drop(engine.eval_rule(self.query.clone()))
                }
                _ => panic!("mode {mode}"),
            }
        }
        (spent() - start).to_string()
    }

    fn eval(&mut self, input: Value) -> Value {
        self.engine.set_input(input);
        self.engine.eval_rule(self.query.clone()).expect("an answer")
    }

    fn run(&mut self, input: Value) -> Value {
        let vm = self.vm.as_mut().expect("a program");
        vm.set_input(input);
        vm.execute_entry_point_by_index(0).expect("an answer")
    }
}

/// Processor time of this process in nanoseconds.
fn spent() -> u64 {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    unsafe { libc::clock_gettime(libc::CLOCK_PROCESS_CPUTIME_ID, &mut time) };
    time.tv_sec as u64 * 1_000_000_000 + time.tv_nsec as u64
}
